/** CLIP's two towers: pictures and captions to embeddings of length one. */
import type { Tensor } from '@huggingface/transformers';
import type { Pixels } from '#core/pixels.ts';
import { imageProcessorOf, rawImage, type TowerModels } from './open-model.ts';

type Run = (inputs: unknown) => Promise<Record<string, Tensor>>;

export interface Embedding {
  embedTexts(texts: readonly string[]): Promise<readonly Float32Array[]>;
  embedImages(pictures: readonly Pixels[]): Promise<readonly Float32Array[]>;
}

export function towerWork({ vision, text, processor, tokenizer }: TowerModels): Embedding {
  const [see, read] = [vision, text] as unknown as [Run, Run];
  const processImage = imageProcessorOf(processor);
  return {
    async embedTexts(texts) {
      const { text_embeds: embeddings } = await read(tokenizer([...texts], { padding: true, truncation: true }));
      return unitRows(embeddings);
    },
    async embedImages(pictures) {
      const { image_embeds: embeddings } = await see(await processImage(pictures.map(rawImage)));
      return unitRows(embeddings);
    },
  };
}

/** The rows of [B, E], each at length one. */
function unitRows(tensor: Tensor | undefined): readonly Float32Array[] {
  if (!tensor) throw new Error('The towers gave no embeddings. This is a bug.');
  const [rows, size] = tensor.dims as [number, number];
  const data = tensor.to('float32').data as Float32Array;
  return Array.from({ length: rows }, (_, row) => {
    const embedding = data.slice(row * size, (row + 1) * size);
    const length = Math.hypot(...embedding);
    return embedding.map((value) => value / length);
  });
}
