import { expect, it, vi } from 'vitest';
import { embedTexts } from '#inference/embed.ts';
import { encodeTexts } from '#inference/encode.ts';
import { createFakeEngine, FAKE_CARD } from '#inference/engine-fake.ts';
import type { Sessions } from '#inference/sessions.ts';

it("spells a text as the model's card wants it, as with a question", async () => {
  const engine = createFakeEngine();
  const embed = vi.spyOn(engine, 'embedTexts');
  const asItStands = { ...engine.card, text: { ...engine.card.text, lowercase: false, stripTrailing: '' } };
  await embedTexts(engine, ['  A  Bright sky. ']);
  await embedTexts(engine, ['?!']);
  await embedTexts({ ...engine, card: asItStands }, ['  A  Bright sky. ']);
  expect(embed.mock.calls.flat(2)).toEqual(['a bright sky', '?!', 'A Bright sky.']);
});

it('cuts no text in silence', async () => {
  const codec = { encode: (text: string) => text.split(' ').map(() => 3), decode: () => '' };
  const text = vi.fn(async () => {
    throw new Error('the tower was asked');
  });
  const encode = (words: number) =>
    encodeTexts({ text } as unknown as Sessions, FAKE_CARD, codec, ['a', 'a '.repeat(words).trim()]);
  await expect(encode(49)).rejects.toMatchObject({ code: 'bad_request', detail: expect.stringContaining('49') });
  await expect(encode(48)).rejects.toThrow('the tower was asked');
});
