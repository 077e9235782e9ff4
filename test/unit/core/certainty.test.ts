import { describe, expect, it } from 'vitest';
import {
  type Calibration,
  certaintyOf,
  confidenceOf,
  meanProbability,
  uncalibratedCertainty,
} from '#core/certainty.ts';

const plain: Calibration = { kind: 'platt', a: 1, b: 0, sure: 0.9, fairlySure: 0.6, n: 100 };

describe('confidenceOf', () => {
  it('is the joint probability when the calibration changes nothing', () => {
    expect(confidenceOf([Math.log(0.8), Math.log(0.5)], plain)).toBeCloseTo(0.4, 10);
  });

  it('follows a hand-computed Platt scaling', () => {
    // p = 0.8: logit = ln 4; 0.5 ln 4 - 0.25 = 0.44315; sigmoid = 0.60901
    expect(confidenceOf([Math.log(0.8)], { ...plain, a: 0.5, b: -0.25 })).toBeCloseTo(0.60901, 4);
  });

  it('stays a probability at the edges', () => {
    for (const logprobs of [[0], [-1e9], []]) {
      const confidence = confidenceOf(logprobs, { ...plain, a: 3, b: 1 });
      expect(confidence).toBeGreaterThanOrEqual(0);
      expect(confidence).toBeLessThanOrEqual(1);
    }
  });
});

describe('certaintyOf', () => {
  it.each([
    [0.9, 'sure'],
    [0.899, 'fairly sure'],
    [0.6, 'fairly sure'],
    [0.599, 'not sure'],
  ])('%d is "%s"', (confidence, certainty) => {
    expect(certaintyOf(confidence, plain)).toBe(certainty);
  });
});

describe('without a calibration', () => {
  it('is the geometric mean of the tokens, and never "sure"', () => {
    expect(meanProbability([Math.log(0.9), Math.log(0.4)])).toBeCloseTo(0.6, 10);
    expect([1, 0.61, 0.59].map(uncalibratedCertainty)).toEqual(['fairly sure', 'fairly sure', 'not sure']);
  });
});
