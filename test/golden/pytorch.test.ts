/** TypeScript equals PyTorch: pixels, features, logits, greedy text, probabilities, embeddings, ranking. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderPrompt } from '#core/prompts.ts';
import { prefillFeeds } from '#inference/decoder-tensors.ts';
import { encodeImages, floats } from '#inference/encode.ts';
import { createOnnxEngine, type OnnxEngine } from '#inference/engine-onnx.ts';
import { generate } from '#inference/generate.ts';
import { loadModel } from '#inference/model-folder.ts';
import { toPixelValues } from '#inference/preprocess.ts';
import { rankCaptions } from '#inference/rank.ts';
import {
  expectWithin,
  FOLDER,
  furthest,
  golden,
  meanDifference,
  openModel,
  pixelsOf,
  rgbOf,
  tolerance,
} from '#test/golden.ts';

let model: Awaited<ReturnType<typeof openModel>>;
let engine: OnnxEngine;

beforeAll(async () => {
  model = await openModel('fp32');
  engine = await createOnnxEngine({ model: await loadModel(FOLDER, { dtype: 'fp32' }), threads: 1 });
});
afterAll(async () => {
  await model.sessions.release();
  await engine.close();
});

describe.each(golden.images.filter(({ exactSize }) => exactSize))('$name', (image) => {
  it('has the pixel values of the training side', async () => {
    const values = toPixelValues([await rgbOf(image)], model.card.preprocessing);
    expectWithin(furthest(values, image.pixelValues), tolerance('pixelValues'));
  });

  it('has its features and CLIP embedding', async () => {
    const [features] = await encodeImages(model.sessions, model.card, [await rgbOf(image)]);
    expectWithin(furthest(features?.memory ?? [], image.lastHiddenState), tolerance('features'));
    const embedding = { indexes: image.imageEmbeds.map((_, i) => i), values: image.imageEmbeds };
    expectWithin(furthest(features?.embedding ?? [], embedding), tolerance('embeddings'));
  });

  it.each(image.answers)('answers $task "$question" token by token', async (answer) => {
    const { prompt, maxTokens } = renderPrompt(model.card, answer.task, answer.question);
    const promptIds = model.codec.encode(prompt);
    expect(promptIds).toEqual(answer.promptIds);

    const pixels = await pixelsOf(image);
    const [features] = await encodeImages(model.sessions, model.card, [pixels.rgb]);
    const row = { promptIds, memory: features?.memory ?? new Float32Array(), maxTokens };
    const logits = floats(await model.sessions.decoder.run(prefillFeeds(model.card, [row])), 'logits'); // [1, T, V]
    expectWithin(furthest(logits.slice(-model.card.vocabularySize), answer.logits), tolerance('logits'));

    const [generated] = await generate(model.sessions.decoder, model.card, [row]);
    const ids = generated?.tokens.map(({ id }) => id) ?? [];
    expect([...ids, model.card.tokens.end]).toEqual(answer.tokens);
    const logprobs = [...(generated?.tokens.map(({ logprob }) => logprob) ?? []), generated?.endLogprob ?? Number.NaN];
    expectWithin(
      furthest(logprobs, { indexes: answer.logprobs.map((_, i) => i), values: answer.logprobs }),
      tolerance('logprobs'),
    );

    const [output] = await engine.run([{ image: { ...pixels, key: image.name }, prompt, maxTokens }]);
    expect(output).toMatchObject({ ok: true, prediction: { text: answer.text.trim(), rationale: answer.rationale } });
  });
});

// Shrink-on-load is not Pillow's bicubic at every edge, so resized pixels are close on average and the words are the same.
describe.each(golden.images.filter(({ exactSize }) => !exactSize))('$name, resized', (image) => {
  it('has nearly the pixel values of the training side', async () => {
    const values = toPixelValues([await rgbOf(image)], model.card.preprocessing);
    expectWithin(meanDifference(values, image.pixelValues), tolerance('resizedPixelValues') / 10);
  });

  it.each(image.answers)('answers $task "$question" in the same words', async ({ task, question, text, rationale }) => {
    const pixels = await pixelsOf(image);
    const [output] = await engine.run([
      { image: { ...pixels, key: image.name }, ...renderPrompt(model.card, task, question) },
    ]);
    expect(output).toMatchObject({ ok: true, prediction: { text: text.trim(), rationale } });
  });
});

describe.each(golden.captions)('captions of $image', ({ image: name, captions, probabilities }) => {
  it('are ranked with the same probabilities', async () => {
    const image = golden.images.find((candidate) => candidate.name === name);
    if (!image) throw new Error(`golden.json has no image ${name}`);
    const ranking = await rankCaptions(engine, () => pixelsOf(image), captions);
    // A resized picture's embedding differs a little, and the temperature sharpens it.
    const bound = image.exactSize ? tolerance('probabilities') : 10 * tolerance('probabilities');
    captions.forEach((caption, i) => {
      const ranked = ranking.find((entry) => entry.caption === caption);
      expectWithin(Math.abs((ranked?.probability ?? Number.NaN) - (probabilities[i] ?? Number.NaN)), bound);
    });
  });
});
