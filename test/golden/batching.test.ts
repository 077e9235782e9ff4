/** What batching, caching and int8 may change: nothing, nothing, and as much as is stated. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPrompt } from '#core/prompts.ts';
import type { EngineInput, Prediction } from '#inference/engine.ts';
import { createOnnxEngine, type OnnxEngine } from '#inference/engine-onnx.ts';
import { FeatureCache } from '#inference/feature-cache.ts';
import { loadModel } from '#inference/model-folder.ts';
import { predict } from '#inference/predict.ts';
import { openSessions } from '#inference/sessions.ts';
import { loadTokenizer } from '#inference/tokenizer.ts';
import { FOLDER, golden, pixelsOf } from '#test/golden.ts';

let engine: OnnxEngine;
let inputs: EngineInput[];

beforeAll(async () => {
  engine = await createOnnxEngine({ model: await loadModel(FOLDER, { dtype: 'fp32' }), threads: 1 });
  inputs = [];
  for (const image of golden.images) {
    const pixels = await pixelsOf(image);
    for (const { task, question } of image.answers) {
      inputs.push({ image: { ...pixels, key: image.name }, ...renderPrompt(engine.card, task, question) });
    }
  }
});
afterAll(() => engine.close());

async function predictions(batch: readonly EngineInput[]): Promise<Prediction[]> {
  const outputs = await engine.run(batch);
  return outputs.map((output) => {
    if (!output.ok) throw output.error;
    return output.prediction;
  });
}

describe('a ragged batch', () => {
  it('answers as one by one, with the same probabilities and attention', async () => {
    const together = await predictions(inputs);
    for (const [i, input] of inputs.entries()) {
      const [alone] = await predictions([input]);
      expect(together[i]?.text).toBe(alone?.text);
      alone?.tokens.forEach(({ logprob }, t) => {
        expect(together[i]?.tokens[t]?.logprob).toBeCloseTo(logprob, 3);
      });
      expect(together[i]?.attention.length).toBe(alone?.attention.length);
      alone?.attention.forEach((weight, p) => {
        expect(together[i]?.attention[p]).toBeCloseTo(weight, 3);
      });
    }
  });

  it('lets one leave in mid-answer and answers the others', async () => {
    const loaded = await loadModel(FOLDER, { dtype: 'fp32' });
    const sessions = await openSessions(loaded.sessions, 1);
    const codec = await loadTokenizer(loaded.tokenizer, loaded.tokenizerConfig);
    const model = { sessions, codec, card: loaded.card, features: new FeatureCache(16 * 1024 * 1024) };
    const told = new Set<number>();
    // On this thread, as a message to another may come after a short answer has ended.
    const outputs = await predict(model, inputs.slice(0, 3), {
      onPartial: (index) => void told.add(index),
      isAborted: (index) => index === 1 && told.has(index),
    });
    await sessions.release();
    expect(told).toContain(1);
    expect(outputs).toMatchObject([{ ok: true }, { ok: false, error: { code: 'cancelled' } }, { ok: true }]);
  });

  it('never tells its reasoning as if it were the answer', async () => {
    const reasoned = golden.images.flatMap((image) => image.answers.filter(({ rationale }) => rationale !== null));
    expect(reasoned.length).toBeGreaterThan(0);
    const rationales = reasoned.map(({ rationale }) => rationale);
    const said: string[] = [];
    await engine.run(inputs, {
      onPartial: (index, text) => {
        const answer = golden.images.flatMap(({ answers }) => answers)[index];
        if (answer?.rationale) said.push(text);
      },
    });
    expect(said.filter((text) => rationales.includes(text))).toEqual([]);
  });

  it('refuses a question that is too long for the model and answers its neighbour', async () => {
    const [first] = inputs;
    if (!first) throw new Error('No golden inputs');
    const long = { ...first, prompt: 'which of these is it '.repeat(20) };
    const outputs = await engine.run([long, first]);
    expect(outputs[0]).toMatchObject({ ok: false, error: { code: 'question_too_long' } });
    expect(outputs[1]).toMatchObject({ ok: true });
  });
});

describe('known features', () => {
  it('answer as fresh pixels do, for another picture they are not used', async () => {
    const [first] = inputs;
    if (!first) throw new Error('No golden inputs');
    const ask = (key: string) => engine.run([{ ...first, image: { ...first.image, key } }]);
    const [fresh] = await ask('fresh');
    const [again] = await ask('fresh');
    expect(fresh).toMatchObject({ ok: true, reused: false });
    expect(again).toMatchObject({ ok: true, reused: true });
    if (fresh?.ok && again?.ok) expect(again.prediction).toEqual(fresh.prediction);
    expect((await ask('another'))[0]).toMatchObject({ reused: false });
  });
});

describe('attention', () => {
  it('is a distribution over the image memory', async () => {
    const [prediction] = await predictions(inputs.slice(0, 1));
    const tokens = engine.card.memory.tokens;
    for (let t = 0; t < (prediction?.tokens.length ?? 0); t += 1) {
      const row = prediction?.attention.subarray(t * tokens, (t + 1) * tokens) ?? new Float32Array();
      expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 3);
    }
  });
});
