import { describe, expect, it } from 'vitest';
import { answerKey, featuresKey } from '#core/cache-key.ts';
import { ModelCard } from '#core/model-card.ts';
import { cardLike } from '#test/card.ts';

const sha = 'a'.repeat(64);
const card = ModelCard.parse(cardLike());
const features = featuresKey(sha, card, 'q8');

describe('featuresKey', () => {
  it('is the same for the same identity', () => {
    expect(featuresKey(sha, structuredClone(card), 'q8')).toBe(features);
  });

  it.each([
    ['other bytes', featuresKey('b'.repeat(64), card, 'q8')],
    ['another dtype', featuresKey(sha, card, 'fp32')],
    ['another model', featuresKey(sha, { ...card, id: 'other' }, 'q8')],
    ['another revision', featuresKey(sha, { ...card, revision: 'other' }, 'q8')],
    [
      'other preprocessing',
      featuresKey(sha, { ...card, preprocessing: { ...card.preprocessing, fit: 'cover' } }, 'q8'),
    ],
  ])('misses for %s', (_what, key) => {
    expect(key).not.toBe(features);
  });
});

describe('answerKey', () => {
  const key = answerKey(features, 'vqa', 'What is this?');

  it('hits for another spelling of the question', () => {
    expect(answerKey(features, 'vqa', '  what  IS this')).toBe(key);
  });

  it.each([
    ['another question', answerKey(features, 'vqa', 'What is that?')],
    ['another task', answerKey(features, 'read', 'What is this?')],
    ['another picture', answerKey(`${features}x`, 'vqa', 'What is this?')],
    ['a talk before it', answerKey(features, 'vqa', 'What is this?', [{ question: 'Who?', answer: 'a cat' }])],
  ])('misses for %s', (_what, other) => {
    expect(other).not.toBe(key);
  });
});
