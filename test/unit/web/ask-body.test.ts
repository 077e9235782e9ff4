import { describe, expect, it } from 'vitest';
import { AskRequest, RequestId } from '#core/ask.ts';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { SHA } from '#test/room-in-memory.ts';
import { parseAskBody } from '../../../web/ask-body.ts';
import { createAskIds } from '../../../web/ask-id.ts';

const NOW = Date.UTC(2027, 0, 2);

describe('parseAskBody', () => {
  it('makes a valid request of what the page sends', () => {
    const ask = parseAskBody({ sha256: SHA, task: 'vqa', question: 'What is this?' }, 'de-CH,de;q=0.9', NOW);
    expect(AskRequest.omit({ id: true }).parse(ask)).toEqual(ask);
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
  const ids = createAskIds(async () => 'the key of the fleet');

  it('is one that fits a request, and says when to give up', async () => {
    const id = await ids.make(NOW);
    expect(RequestId.parse(id)).toBe(id);
    expect(await ids.parse(id)).toEqual({ id, giveUpAt: NOW + LIMITS.askDeadlineMs + 5_000 });
  });

  it('differs for two asks of one moment', async () => {
    expect(await ids.make(NOW)).not.toBe(await ids.make(NOW));
  });

  it('is good at every process of the fleet, and at no other', async () => {
    const id = await ids.make(NOW);
    expect(await createAskIds(async () => 'the key of the fleet').parse(id)).toMatchObject({ id });
    await expect(createAskIds(async () => 'another').parse(id)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('cannot be made up or moved in time', async () => {
    const id = await ids.make(NOW);
    const forged = [`web-${(NOW + 1).toString(36)}${id.slice(12)}`, `${id.slice(0, -22)}${'A'.repeat(22)}`];
    for (const made of forged) await expect(ids.parse(made)).rejects.toMatchObject({ code: 'not_found' });
  });

  it('waits for its key as long as that cannot be read', async () => {
    let there = false;
    const waiting = createAskIds(async () => {
      if (!there) throw new SightlineError('redis_unavailable');
      return 'the key of the fleet';
    });
    await expect(waiting.make(NOW)).rejects.toMatchObject({ code: 'redis_unavailable' });
    there = true;
    expect(await ids.parse(await waiting.make(NOW))).toBeDefined();
  });

  it.each(['', 'web-1', '../healthz', 'ask-00000000-0000000000000000000000', undefined])('is not %j', async (id) => {
    await expect(ids.parse(id)).rejects.toMatchObject({ code: 'not_found' });
  });
});
