import { describe, expect, it } from 'vitest';
import { expectedVerdict, isCorrect, verdictOf, wordsOf } from '../../../cli/evaluate/matching.ts';

describe('isCorrect', () => {
  it.each([
    ['red', ['red']],
    ['The red car!', ['red car']],
    ['a big, RED car.', ['car']],
    ['a T-shirt', ['t shirt']],
    ["it's a cat", ['its']],
    ['two', ['2']],
    ['2', ['two']],
    ['Two.', ['2']],
    ['yes', ['yes']],
    ['No.', ['no']],
    ['to the left', ['right', 'left']],
    ['A', ['a']],
    ['twenty', ['20']],
    ['two cats', ['2 cats']],
  ])('%j is one of %j', (answer, accepted) => {
    expect(isCorrect(answer, accepted)).toBe(true);
  });

  it.each([
    ['a redhead', ['red']],
    ['carpet', ['car']],
    ['car red', ['red car']],
    ['red', ['red car']],
    ['no, it is yellow', ['no']],
    ['yes and no', ['yes', 'no']],
    ['two or three', ['2']],
    ['12', ['2']],
    ['', ['red']],
    ['the', ['red']],
    ['red', ['...']],
    ['red', []],
  ])('%j is none of %j', (answer, accepted) => {
    expect(isCorrect(answer, accepted)).toBe(false);
  });

  it('keeps an article only where there is nothing else', () => {
    expect([wordsOf('The A'), wordsOf('a cat'), wordsOf('')]).toEqual([['the', 'a'], ['cat'], []]);
  });
});

describe('yes and no', () => {
  it('is a verdict when it is all that is said', () => {
    expect(['Yes!', 'no', 'no way', 'red', ''].map(verdictOf)).toEqual(['yes', 'no', undefined, undefined, undefined]);
  });

  it('is expected when every accepted answer says the same', () => {
    expect([['yes'], ['No', 'no.'], ['yes', 'no'], ['yes', 'red'], ['red'], []].map(expectedVerdict)).toEqual([
      'yes',
      'no',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
