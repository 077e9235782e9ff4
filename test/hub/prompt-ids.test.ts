import type { PreTrainedTokenizer } from '@huggingface/transformers';
import { describe, expect, it, vi } from 'vitest';
import { createPromptReader } from '#inference/engine-hub/prompt-ids.ts';

const IMAGE = 99n;
/** One token per letter; "#" stands for the picture. `joins`: the letter after the picture is read differently there. */
const tokenizer = (joins = false) =>
  ({
    decode: () => '#',
    encode: (text: string) => [...text].map((letter, at) => letter.charCodeAt(0) + (joins && at === 0 ? 1000 : 0)),
  }) as unknown as PreTrainedTokenizer;
const whole = () =>
  vi.fn(async (text: string) =>
    [...text].flatMap((letter) => (letter === '#' ? [IMAGE, IMAGE] : [BigInt(letter.charCodeAt(0))])),
  );

describe('a prompt', () => {
  it('is read as a whole once, and then only from where it differs', async () => {
    const read = whole();
    const reader = createPromptReader(tokenizer(), IMAGE);
    const first = await reader.read('a#bc', read, undefined);
    expect(first.ids).toEqual([97n, IMAGE, IMAGE, 98n, 99n]);
    read.mockClear();
    const next = await reader.read('a#d', read, first.opening);
    expect(next.ids).toEqual([97n, IMAGE, IMAGE, 100n]);
    expect(read).not.toHaveBeenCalled();
  });

  it('that begins otherwise is begun anew', async () => {
    const read = whole();
    const reader = createPromptReader(tokenizer(), IMAGE);
    const { opening } = await reader.read('a#b', read, undefined);
    expect((await reader.read('x#b', read, opening)).ids).toEqual([120n, IMAGE, IMAGE, 98n]);
  });

  it('is always read as a whole where the tokenizer joins text across the picture', async () => {
    const read = whole();
    const reader = createPromptReader(tokenizer(true), IMAGE);
    const first = await reader.read('a#b', read, undefined);
    expect(first).toEqual({ ids: [97n, IMAGE, IMAGE, 98n] });
    expect((await reader.read('a#c', read, undefined)).ids).toEqual([97n, IMAGE, IMAGE, 99n]);
  });
});
