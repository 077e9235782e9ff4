import { describe, expect, it } from 'vitest';
import { ModelCard } from '#core/model-card.ts';
import type { Prediction } from '#inference/engine.ts';
import { evidenceOf } from '#inference/evidence.ts';
import { cardLike } from '#test/card.ts';

/** One class token, a 1×1 grid and a 2×2 grid. */
const card = ModelCard.parse(
  cardLike({
    memory: {
      tokens: 6,
      width: 4,
      grids: [
        { name: 'patch', offset: 1, rows: 1, columns: 1 },
        { name: 'fine', offset: 2, rows: 2, columns: 2 },
      ],
    },
  }),
);

const prediction = (words: readonly (readonly [string, readonly number[]])[], rationaleTokens = 0): Prediction => ({
  text: '',
  rationale: null,
  tokens: words.map(([text]) => ({ text, logprob: 0 })),
  endLogprob: 0,
  rationaleTokens,
  attention: Float32Array.from(words.flatMap(([, attention]) => attention)),
  alternatives: [],
});

describe('evidenceOf', () => {
  it('spreads a coarse cell over the fine cells it covers, scaled to the strongest', () => {
    // patch 0.4 -> 0.1 each; fine 0.4 at the last cell -> 0.5 against 0.1
    const evidence = evidenceOf(prediction([['cat', [0.1, 0.4, 0, 0, 0, 0.4]]]), card);
    expect(evidence).toEqual({
      rows: 2,
      columns: 2,
      words: [{ word: 'cat', heat: [51, 51, 51, 255] }],
    });
  });

  it('joins the tokens of a word and starts a new one at a space', () => {
    const here = [0, 0, 1, 0, 0, 0];
    const evidence = evidenceOf(
      prediction([
        ['lady', here],
        ['bug', here],
        [' left', here],
      ]),
      card,
    );
    expect(evidence.words.map(({ word }) => word)).toEqual(['ladybug', 'left']);
  });

  it('leaves out the rationale', () => {
    const here = [0, 0, 1, 0, 0, 0];
    const evidence = evidenceOf(
      prediction(
        [
          ['right', here],
          ['', here],
          ['no', here],
        ],
        2,
      ),
      card,
    );
    expect(evidence.words.map(({ word }) => word)).toEqual(['no']);
  });

  it('is all zero where the model looked at nothing', () => {
    const evidence = evidenceOf(prediction([['a', [1, 0, 0, 0, 0, 0]]]), card);
    expect(evidence.words[0]?.heat).toEqual([0, 0, 0, 0]);
  });
});
