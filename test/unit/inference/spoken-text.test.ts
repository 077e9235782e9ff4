import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownSoFar, spokenText } from '#inference/engine-hub/spoken-text.ts';

describe('spokenText', () => {
  it.each([
    [' a cat ', [], 'a cat', false],
    ['a cat\uFFFD', [], 'a cat', false],
    ['a cat\n\nQuestion: what', ['\n\nQuestion:'], 'a cat', true],
    ['one STOP two END', ['END', 'STOP'], 'one', true],
  ])('%j with %j', (decoded, stopWords, text, stopped) => {
    expect(spokenText(decoded, stopWords)).toEqual({ text, stopped });
  });
});

describe('shownSoFar', () => {
  it('holds back what may become a stop word', () => {
    expect(shownSoFar('a cat\n\nQues', ['\n\nQuestion:'])).toBe('a cat');
    expect(shownSoFar('a cat, qu', ['\n\nQuestion:'])).toBe('a cat, qu');
  });

  it('only ever shows a beginning of what is said in the end', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 30 });
    const stop = fc.string({ unit: fc.constantFrom('a', 'b', ' '), minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(letters, stop, (whole, word) => {
        const end = spokenText(whole, [word]).text;
        for (let length = 0; length <= whole.length; length += 1) {
          expect(end.startsWith(shownSoFar(whole.slice(0, length), [word]))).toBe(true);
        }
      }),
    );
  });
});
