import { Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { FAKE_CARD } from '#inference/engine-fake.ts';
import { type Model, predict } from '#inference/predict.ts';

const { end } = FAKE_CARD.tokens;
const [PROMPT, SAID, ENDLESS, OTHER] = [3, 4, 5, 6];
const card = { ...FAKE_CARD, vocabularySize: 7 };
const P = card.memory.tokens;

/** What may follow a token: after the prompt three words are likely, of which one is followed by itself for ever. */
const FOLLOWS: Readonly<Record<number, Readonly<Record<number, number>>>> = {
  [PROMPT]: { [SAID]: 0.4, [ENDLESS]: 0.35, [OTHER]: 0.25 },
  [SAID]: { [end]: 1 },
  [ENDLESS]: { [ENDLESS]: 1 },
  [OTHER]: { [end]: 1 },
};

const zeros = (...dims: number[]) => new Tensor('float32', new Float32Array(dims.reduce((a, b) => a * b, 1)), dims);

const decoder = {
  async run({ input_ids }: { input_ids: Tensor }) {
    const [batch, length] = input_ids.dims as [number, number];
    const logits = zeros(batch, 1, card.vocabularySize);
    for (let row = 0; row < batch; row += 1) {
      const last = Number(input_ids.data[(row + 1) * length - 1]);
      for (let id = 0; id < card.vocabularySize; id += 1) {
        logits.data[row * card.vocabularySize + id] = Math.log(FOLLOWS[last]?.[id] ?? 1e-9);
      }
    }
    const present = zeros(batch, 1, 1, 1);
    return {
      logits,
      'cross_attentions.0': zeros(batch, 1, length, P),
      'present.0.key': present,
      'present.0.value': present,
    };
  },
};
const encoder = { run: async () => ({ last_hidden_state: zeros(1, P, 1), image_embeds: zeros(1, 2) }) };
const model = {
  card,
  codec: { encode: () => [PROMPT], decode: (ids: readonly number[]) => ids.join(' ') },
  sessions: { encoder, decoder },
  features: { get: () => undefined, set: () => undefined, take: (size: number) => new Float32Array(size) },
} as unknown as Model;

it('offers other answers that came to their end, and none that breaks off', async () => {
  const image = { rgb: new Uint8Array(8 * 8 * 3), width: 8, height: 8, key: 'picture' };
  const [output] = await predict(model, [{ image, prompt: 'what?', maxTokens: 8 }], { isAborted: () => false });
  if (!output?.ok) throw new Error('Expected a prediction.');
  expect(output.prediction).toMatchObject({ text: String(SAID), cutOff: false });
  expect(output.prediction.alternatives.map(({ text }) => text)).toEqual([String(OTHER)]);
});
