import { describe, expect, it } from 'vitest';
import { logSumExp, topTokens } from '#inference/logits.ts';
import { toPixelValues } from '#inference/preprocess.ts';
import { asSentence } from '#inference/sentence.ts';

describe('topTokens', () => {
  it('gives the likeliest with hand-computed log-probabilities', () => {
    const [best, second] = topTokens(Float32Array.of(0, Math.log(3), 0), 2);
    expect(best?.id).toBe(1);
    expect(Math.exp(best?.logprob ?? 0)).toBeCloseTo(0.6, 6);
    expect(second?.id).toBe(0); // the lower id wins the tie
    expect(Math.exp(second?.logprob ?? 0)).toBeCloseTo(0.2, 6);
  });

  it('is stable for large logits', () => {
    expect(logSumExp(Float32Array.of(1000, 1000))).toBeCloseTo(1000 + Math.log(2), 3);
  });
});

describe('toPixelValues', () => {
  it('puts channels first and normalises each by its own mean and deviation', () => {
    const values = toPixelValues([Uint8Array.of(0, 0, 0, 255, 255, 255)], {
      width: 2,
      height: 1,
      fit: 'fill',
      kernel: 'cubic',
      mean: [0, 0.5, 1],
      std: [1, 0.5, 0.25],
      background: [0, 0, 0],
    });
    expect([...values]).toEqual([0, 1, -1, 1, -4, 0]); // [3, 1, 2]
  });
});

describe('asSentence', () => {
  it.each([
    ['a cat', 'A cat.'],
    ['A cat!', 'A cat!'],
    ['a sign that says "stop."', 'A sign that says "stop."'],
    ['', ''],
  ])('%j -> %j', (text, sentence) => {
    expect(asSentence(text)).toBe(sentence);
  });
});
