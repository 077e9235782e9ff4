import { describe, expect, it } from 'vitest';
import { AskRequest } from '#core/ask.ts';
import { LIMITS } from '#core/limits.ts';
import { SHA } from '#test/room-in-memory.ts';
import { parseAskBody } from '../../../web/ask-body.ts';
import { newAskId, parseAskId } from '../../../web/ask-id.ts';

const NOW = Date.UTC(2027, 0, 2);

describe('parseAskBody', () => {
  it('makes a valid request of what the page sends', () => {
    const ask = parseAskBody({ sha256: SHA, task: 'vqa', question: 'What is this?' }, 'de-CH,de;q=0.9', NOW);
    expect(AskRequest.parse(ask)).toEqual(ask);
    expect(ask).toMatchObject({
      surface: 'web',
      image: { kind: 'upload', sha256: SHA },
      locale: 'de-CH',
      deadlineAt: NOW + LIMITS.askDeadlineMs,
    });
  });

  it('needs no question where the task is one', () => {
    expect(parseAskBody({ sha256: SHA, task: 'caption' }, undefined, NOW)).toMatchObject({
      question: '',
      locale: 'en',
    });
  });

  it('keeps the end of a long conversation', () => {
    const conversation = Array.from({ length: 14 }, (_, n) => ({ question: `q${n}`, answer: `a${n}` }));
    const ask = parseAskBody({ sha256: SHA, question: 'And now?', conversation }, undefined, NOW);
    expect(ask.conversation.map(({ question }) => question)).toEqual(Array.from({ length: 10 }, (_, n) => `q${n + 4}`));
  });

  it.each([
    ['no_image', { question: 'What is this?' }],
    ['no_question', { sha256: SHA, question: ' ?! ' }],
    ['question_too_long', { sha256: SHA, question: 'a'.repeat(501) }],
    ['bad_request', { sha256: '../../etc/passwd', question: 'What is this?' }],
    ['bad_request', { sha256: SHA, task: 'dance', question: 'What is this?' }],
    ['bad_request', null],
    ['bad_request', 'What is this?'],
  ])('refuses with %s', (code, body) => {
    expect(() => parseAskBody(body, undefined, NOW)).toThrow(expect.objectContaining({ code }));
  });
});

describe('the id of an ask', () => {
  it('says when to give up', () => {
    expect(parseAskId(newAskId(NOW)).giveUpAt).toBe(NOW + LIMITS.askDeadlineMs + 5_000);
  });

  it('differs for two asks of one moment', () => {
    expect(newAskId(NOW)).not.toBe(newAskId(NOW));
  });

  it.each(['', 'web-1', '../healthz', 'ask-00000000-0000000000000000000000', undefined])('is not %j', (id) => {
    expect(() => parseAskId(id)).toThrow(expect.objectContaining({ code: 'not_found' }));
  });
});
