/** One embedding request: pictures by reference, texts as they are, vectors in the order asked. Throws `SightlineError`. */
import type { ImageRef } from '#core/ask.ts';
import { type EmbedOutcome, type EmbedRequest, encodeVector } from '#core/embed.ts';
import { SightlineError } from '#core/errors.ts';
import type { BlobStore } from '#images/blob-store.ts';
import { openPicture, toPixels } from '#images/picture.ts';
import { embedTexts } from '#inference/embed.ts';
import type { Engine } from '#inference/engine.ts';

interface EmbedParts {
  readonly engine: Engine;
  readonly blobs: Pick<BlobStore, 'get'>;
}

export function handleEmbed({ engine, blobs }: EmbedParts) {
  const pixelsOf = async (image: ImageRef, signal: AbortSignal) => {
    if (image.kind !== 'upload') throw new SightlineError('image_gone');
    return toPixels(await openPicture(await blobs.get(image.sha256)), engine.card.preprocessing, { signal });
  };
  return async ({ inputs }: EmbedRequest, signal: AbortSignal): Promise<EmbedOutcome> => {
    const texts = inputs.flatMap((input) => (input.kind === 'text' ? [input.text] : []));
    const images = inputs.flatMap((input) => (input.kind === 'picture' ? [input.image] : []));
    const pixels = await Promise.all(images.map((image) => pixelsOf(image, signal)));
    const ofTexts = texts.length > 0 ? [...(await embedTexts(engine, texts))] : [];
    const ofPictures = pixels.length > 0 ? [...(await engine.embedImages(pixels))] : [];
    const vectors = inputs.map(({ kind }) => (kind === 'text' ? ofTexts : ofPictures).shift() as Float32Array);
    return { ok: true, modelId: engine.card.id, vectors: vectors.map(encodeVector) };
  };
}
