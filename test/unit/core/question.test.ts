import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelCard } from '#core/model-card.ts';
import { renderPrompt } from '#core/prompts.ts';
import { checkedQuestion, normaliseQuestion } from '#core/question.ts';
import { cardLike } from '#test/card.ts';

const { text } = ModelCard.parse(cardLike());

describe('normaliseQuestion', () => {
  it.each([
    ['  What IS\tthis ?? ', 'what is this'],
    ["what's that...", "what's that"],
    ['3.5 or 4?', '3.5 or 4'],
    ['?!', ''],
  ])('%j -> %j', (typed, normalised) => {
    expect(normaliseQuestion(typed, text)).toBe(normalised);
  });

  it('leaves what the card does not ask to change', () => {
    const ask = (changes: Partial<typeof text>) => normaliseQuestion(' Is it the US?! ', { ...text, ...changes });
    expect(ask({ lowercase: false })).toBe('Is it the US');
    expect(ask({ stripTrailing: '!' })).toBe('is it the us?');
    expect(ask({ lowercase: false, stripTrailing: '' })).toBe('Is it the US?!');
  });

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (typed) => {
        const once = normaliseQuestion(typed, text);
        expect(normaliseQuestion(once, text)).toBe(once);
      }),
    );
  });
});

describe('checkedQuestion', () => {
  it('wants words for a free question only', () => {
    expect(() => checkedQuestion('vqa', ' ? ')).toThrow(/What would you like to know/);
    expect(checkedQuestion('caption', '')).toBe('');
  });

  it('says the limit of a long one', () => {
    expect(() => checkedQuestion('vqa', 'x'.repeat(501))).toThrow(/501 characters, at most 500/);
    expect(checkedQuestion('vqa', 'x'.repeat(500))).toHaveLength(500);
  });
});

describe('renderPrompt', () => {
  const card = ModelCard.parse(cardLike());

  it('fills the template of the card', () => {
    expect(renderPrompt(card, 'vqa', 'What is THIS?').prompt).toBe('<|ask|>what is this<|answer|>');
    expect(renderPrompt(card, 'caption', '').prompt).toBe('<|caption|>');
  });

  it('takes "$&" in a question for words', () => {
    expect(renderPrompt(card, 'vqa', 'is $& here').prompt).toBe('<|ask|>is $& here<|answer|>');
  });
});
