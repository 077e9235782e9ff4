/** int8 against PyTorch's fp32 numbers, within the bounds that the export measured and stated. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { prefillFeeds } from '#inference/decoder-tensors.ts';
import { encodeImages, floats } from '#inference/encode.ts';
import { expectWithin, furthest, golden, openModel, rgbOf, tolerance } from '#test/golden.ts';

let model: Awaited<ReturnType<typeof openModel>>;

beforeAll(async () => {
  model = await openModel('q8');
});
afterAll(() => model.sessions.release());

describe.each(golden.images.filter(({ exactSize }) => exactSize))('$name in int8', (image) => {
  it('has features, embedding and logits within the stated bounds', async () => {
    const { sessions, card } = model;
    const [features] = await encodeImages(sessions, card, [await rgbOf(image)]);
    expectWithin(furthest(features?.memory ?? [], image.lastHiddenState), tolerance('int8Features'));
    const embedding = { indexes: image.imageEmbeds.map((_, i) => i), values: image.imageEmbeds };
    expectWithin(furthest(features?.embedding ?? [], embedding), tolerance('int8Embeddings'));
    for (const { promptIds, logits: expected } of image.answers) {
      const row = { promptIds, memory: features?.memory ?? new Float32Array(), maxTokens: 1 };
      const logits = floats(await sessions.decoder.run(prefillFeeds(card, [row])), 'logits'); // [1, T, V]
      expectWithin(furthest(logits.slice(-card.vocabularySize), expected), tolerance('int8Logits'));
    }
  });
});
