/** Whatever a model or a person wrote, in whatever way it is shown: no ping, no live link, no invite, no limit of Discord's broken. */
import { describe, expect, it } from 'vitest';
import type { AnswerOutcome } from '#core/answer.ts';
import { ErrorCode } from '#core/errors.ts';
import { Language } from '#store/settings.ts';
import { anAnswer } from '#test/asks.ts';
import type { RememberedAsk } from '../../../bot/memory.ts';
import { SkipReason } from '../../../bot/pictures/skipped.ts';
import { Showing } from '../../../bot/plan.ts';
import { bodyOf, type Outgoing } from '../../../bot/post/outgoing.ts';
import { renderOutcome } from '../../../bot/render/outcome.ts';
import { block, plain } from '../../../bot/render/plain.ts';
import { waitingMessage } from '../../../bot/render/waiting-message.ts';
import { type MessageInput, messageParts, refuseEmpty } from '../../discord/loopback/forms/message-form.ts';

const PIECES = [
  '@everyone',
  '@here',
  '<@123456789012345678>',
  '<@!1>',
  '<@&2>',
  '<#3>',
  '</ask:4>',
  '<t:1:R>',
  '<a:b:5>',
  'https://evil.example/x',
  'HTTP://EVIL.EXAMPLE',
  'http://127.0.0.1:1',
  'discord.gg/abc',
  'https://discord.com/invite/abc',
  'discordapp.com/invite/abc',
  'www.evil.example',
  'evil.example/path',
  'steam://run',
  'mailto:a@b.example',
  '[look](https://evil.example)',
  '[look](<https://evil.example>)',
  '<https://evil.example>',
  '](',
  '||',
  '**',
  '__',
  '~~',
  '`',
  '``',
  '```',
  '```js\n',
  '# ',
  '\n# ',
  '\n-# ',
  '\n> ',
  '\n>>> ',
  '\n- ',
  '\n1. ',
  '\\',
  '\\\\',
  '\n',
  '\r\n',
  '\t',
  '\u202e',
  '\u2066',
  '\u200f',
  '\u061c',
  '\u0000',
  '\u0007',
  '\u200b',
  '\ufeff',
  '\u{e0041}',
  '\ud83d',
  'e\u0301\u0301\u0301\u0301\u0301\u0301',
  'Z̷̨͖̠̩̖̠͖̊̄̓̐̓̈́̅͛̕a̷',
  '👨‍👩‍👧‍👦',
  'שלום',
  'مرحبا',
  '画像',
  'a red boat',
  'x'.repeat(700),
  '_'.repeat(900),
  '@'.repeat(300),
  ' ',
];

/** mulberry32: the same payloads every time. */
function random(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

/** What Discord would make something of, found in another way than it is taken out. */
function alive(content: string): string[] {
  // A block or an escaped character is shown as it stands.
  const shown = content.replace(/```[\s\S]*?```/g, ' block ').replace(/\\[^\p{L}\p{N}\s]/gu, ' ');
  const found = [
    ...content.matchAll(/@(?:everyone|here)\b/g),
    ...shown.matchAll(/<(?:@[!&]?|#|\/[^:]*:|t:|a?:\w+:)\d+[^>]*>/g),
    ...content.matchAll(/\b[a-z][a-z+.-]*:\/\/\S/gi),
    ...content.matchAll(/\b(?:discord(?:app)?\.(?:gg|com)|www\.[\w-]+\.\w{2,})\S*/gi),
    ...shown.matchAll(/\]\(/g),
    ...content.matchAll(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/g),
    ...content.matchAll(/\p{M}{4,}/gu),
  ];
  return found.map(([text]) => text);
}

const ownMention = /<@9>/g;
const ownLink = /\(<https:\/\/discord\.com\/channels\/[\d/]+>\)/g;

/** Held to Discord's limits by the loopback Discord's own forms. */
function accepted(message: Outgoing): void {
  const body = bodyOf(message, { nonce: 'bm1575183809807122433' });
  const input = JSON.parse(JSON.stringify(body)) as MessageInput;
  messageParts(input, [], [], () => {
    throw new Error('no file was sent');
  });
  refuseEmpty(input, []);
  expect(body.allowed_mentions).toEqual({ parse: [], replied_user: false });
  expect(body.flags & 4).toBe(4);
  expect(message.content.length, 'nothing is left to be cut').toBeLessThanOrEqual(2_000);
}

const PAYLOADS = 5_000;
/** These two name a channel by design. */
const CODES = ErrorCode.options.filter((code) => code !== 'cannot_post' && code !== 'thread_archived');

describe('5,000 generated payloads', () => {
  it('come alive nowhere, and fit', { timeout: 60_000 }, () => {
    const pick = random(4);
    const one = <T>(list: readonly T[]): T => list[pick(list.length)] as T;
    const text = (): string => Array.from({ length: 1 + pick(12) }, () => one(PIECES)).join(one(['', ' ']));
    const answer = () => {
      const certainty = one(['sure', 'fairly sure', 'not sure'] as const);
      const alternatives = Array.from({ length: pick(10) }, () => ({ text: text(), confidence: 0.1 }));
      return { ...anAnswer('bm12345678', text()), certainty, sure: certainty !== 'not sure', alternatives };
    };
    for (let count = 0; count < PAYLOADS; count += 1) {
      const pictures = Array.from({ length: pick(11) }, () =>
        pick(4) === 0
          ? { ok: false as const, code: one(CODES), detail: text() }
          : { ok: true as const, answer: answer() },
      );
      const outcome: AnswerOutcome =
        pick(5) === 0
          ? { ok: false, code: one(CODES), detail: text() }
          : { ok: true, answer: answer(), ...(pictures.length > 1 ? { pictures } : {}) };
      const detail = one(['short', 'long', undefined] as const);
      const style = one(['sentence', 'title', 'plain', undefined] as const);
      const ask: RememberedAsk = {
        plan: {
          task: 'vqa',
          question: text(),
          showing: one(Showing.options),
          pictures: [{ kind: 'link', url: 'https://a.example/b.png' }],
          skipped: Array.from({ length: pick(8) }, () => ({ reason: one(SkipReason.options), name: text() })),
          conversation: [],
          ...(detail ? { detail } : {}),
          ...(style ? { style } : {}),
          ...(pick(2) ? { quoted: text(), nameAsker: true } : {}),
          ...(pick(2) ? { about: { guildId: '1', channelId: '2', messageId: '3' } } : {}),
        },
        askerId: '9',
        channelId: '2',
        language: one(Language.options),
        visibility: 'public',
        appPermissions: '0',
      };
      const message = renderOutcome(outcome, {
        requestId: 'bm1575183809807122433',
        language: ask.language,
        askerId: '9',
        ask: pick(9) === 0 ? undefined : ask,
        file: undefined,
        withheld: pick(3) === 0,
      });
      expect(alive(message.content.replace(ownMention, '').replace(ownLink, ''))).toEqual([]);
      accepted(message);
      const waiting = waitingMessage(ask.language, 'bm1575183809807122433', { stage: 'answering', text: text() });
      expect(alive(waiting.content)).toEqual([]);
      accepted(waiting);
    }
  });
});

describe('what is harmless already', () => {
  it.each([
    ['A red boat, 3 of 4.', 'A red boat, 3 of 4.'],
    ["It's 1.5 m; e.g. a cat!", "It's 1.5 m; e.g. a cat!"],
    ['👨‍👩‍👧‍👦 ❤️', '👨‍👩‍👧‍👦 ❤️'],
    ['Grüße, 画像, مرحبا', 'Grüße, 画像, مرحبا'],
  ])('stays as it is: %s', (text, shown) => {
    expect(plain(text, 100)).toBe(shown);
  });

  it('is cut between characters as people see them', () => {
    expect(plain('ab👨‍👩‍👧‍👦cd', 8)).toBe('ab…');
    expect(plain('*'.repeat(10), 10)).toMatch(/^(?:\\\*){3,4}…$/);
  });

  it('is verbatim in a block', () => {
    expect(block('Tea & *cake*\n5_00', 100)).toBe('```\nTea & *cake*\n5_00\n```');
  });
});
