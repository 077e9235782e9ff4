import { describe, expect, it } from 'vitest';
import { altText, LONG_ALT_TEXT_CHARACTERS } from '#core/alt-text.ts';
import type { Answer } from '#core/answer.ts';
import { describeAtLength } from '#inference/describe.ts';
import { anAnswer } from '#test/asks.ts';

const LEFT = 'What is on the left?';
const RIGHT = 'What is on the right?';
const TOP = 'What is at the top?';
const COUNT = 'How many things are there?';
const BACKGROUND = 'What colour is the background?';
const READ = '';

const long = async (short: string, answers: Readonly<Record<string, Partial<Answer>>>) => {
  const ask = async (_: unknown, question: string) => ({ ...anAnswer('12345678', 'nothing'), ...answers[question] });
  return (await describeAtLength(anAnswer('12345678', short), ask)).text;
};

describe('describeAtLength', () => {
  it('tells in sentences how many, where, on what, and what it says', async () => {
    const text = await long('Dog, apple and sign.', {
      [COUNT]: { text: '3' },
      [LEFT]: { text: 'dog' },
      [RIGHT]: { text: 'apple' },
      [TOP]: { text: 'apple' },
      [BACKGROUND]: { text: 'blue' },
      [READ]: { text: 'KEEP OUT' },
    });
    expect(text).toBe(
      'Dog, apple and sign. There are three things in the picture. A dog is on the left and an apple in the top right. The background is blue. It says “KEEP OUT”.',
    );
  });

  it('says nothing that it is not sure of', async () => {
    const doubt = { certainty: 'fairly sure', sure: true } as const;
    const text = await long('Dog.', {
      [COUNT]: { text: '3', ...doubt },
      [LEFT]: { text: 'dog', ...doubt },
      [BACKGROUND]: { text: 'blue', ...doubt },
      [READ]: { text: 'STOP', ...doubt },
    });
    expect(text).toBe('Dog.');
  });

  it('repeats nothing, and contradicts nothing', async () => {
    const text = await long('Dog on the left, blue background, sign saying "STOP".', {
      [COUNT]: { text: '1' },
      [LEFT]: { text: 'dog' },
      [RIGHT]: { text: 'whale' },
      [BACKGROUND]: { text: 'blue' },
      [READ]: { text: 'STOP' },
    });
    expect(text).toBe('Dog on the left, blue background, sign saying "STOP".');
  });

  it('leaves room for what marks it as made by a machine', async () => {
    const text = await long('Dog.', {
      [COUNT]: { text: '2' },
      [BACKGROUND]: { text: 'x'.repeat(900) },
      [READ]: { text: 'y'.repeat(200) },
    });
    expect(text).toMatch(/^Dog\. There are two things.* The background is x+\.$/);
    expect(altText(text, LONG_ALT_TEXT_CHARACTERS)).toBe(`Machine-made description: ${text}`);
  });
});
