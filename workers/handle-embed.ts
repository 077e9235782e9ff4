/** One embedding request: pictures by reference, texts as they are, vectors in the order asked. Throws `SightlineError`. */
import type { ImageRef } from '#core/ask.ts';
import { type EmbedOutcome, type EmbedRequest, encodeVector } from '#core/embed.ts';
import { openPicture, toPixels } from '#images/picture.ts';
import { embedTexts } from '#inference/embed.ts';
import type { Engine } from '#inference/engine.ts';
import type { OpenPicture } from './ask/pictures.ts';

interface EmbedParts {
  readonly engine: Engine;
  readonly open: OpenPicture;
}

export function handleEmbed({ engine, open }: EmbedParts) {
  const pixelsOf = async (image: ImageRef, signal: AbortSignal) => {
    const { bytes } = await open(image, signal);
    return toPixels(await openPicture(await bytes()), engine.card.preprocessing, { signal });
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
