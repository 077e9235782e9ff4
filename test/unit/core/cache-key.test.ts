import { describe, expect, it } from 'vitest';
import { answerKey, featuresKey } from '#core/cache-key.ts';
import { ModelCard } from '#core/model-card.ts';
import { promptFor } from '#core/prompts.ts';
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
  const key = answerKey(features, card, 'vqa', 'What is this?');

  it('hits for another spelling of the question', () => {
    expect(answerKey(features, card, 'vqa', '  what  IS this')).toBe(key);
  });

  it('misses for another spelling where the model can tell the two apart', () => {
    const exact = { ...card, text: { ...card.text, lowercase: false, stripTrailing: '' } };
    const keyOf = (question: string) => answerKey(features, exact, 'vqa', question);
    expect(new Set(['What is US?', 'What is us?', 'What is US'].map(keyOf)).size).toBe(3);
    expect(keyOf(' What  is US? ')).toBe(keyOf('What is US?'));
  });

  it('misses for another wording of the prompt', () => {
    const prompt: { revision: number } = promptFor('vqa');
    prompt.revision += 1;
    const reworded = answerKey(features, card, 'vqa', 'What is this?');
    prompt.revision -= 1;
    expect(reworded).not.toBe(key);
  });

  it.each([
    ['another question', answerKey(features, card, 'vqa', 'What is that?')],
    ['another task', answerKey(features, card, 'read', 'What is this?')],
    ['another picture', answerKey(`${features}x`, card, 'vqa', 'What is this?')],
    ['another conversation', answerKey(features, card, 'vqa', 'What is this?', [{ question: 'a', answer: 'b' }])],
    ['other instructions', answerKey(features, card, 'vqa', 'What is this?', [], { instructions: 'Be brief.' })],
    ['another length', answerKey(features, card, 'vqa', 'What is this?', [], { maxTokens: 3 })],
  ])('misses for %s', (_what, other) => {
    expect(other).not.toBe(key);
  });
});
