/** Pictures and captions to features: one run of a tower for a batch, results copied apart per row. */
import { Tensor } from 'onnxruntime-node';
import { SightlineError } from '#core/errors.ts';
import type { ModelCard } from '#core/model-card.ts';
import type { ImageFeatures } from './feature-cache.ts';
import { toPixelValues } from './preprocess.ts';
import { withScratch } from './scratch.ts';
import type { Sessions } from './sessions.ts';
import type { TextCodec } from './tokenizer.ts';

/**
 * @param rgb pictures at the card's size, [B][H * W * 3]
 * @param take gives the memory that a picture's features are written to
 */
export async function encodeImages(
  sessions: Sessions,
  card: ModelCard,
  rgb: readonly Uint8Array[],
  take = (size: number): Float32Array => new Float32Array(size),
): Promise<readonly ImageFeatures[]> {
  const { width, height } = card.preprocessing;
  const rowSize = card.memory.tokens * card.memory.width;
  return withScratch(async (scratch) => {
    const pixels = scratch.tensor('pixels', [rgb.length, 3, height, width]);
    toPixelValues(rgb, card.preprocessing, pixels.data as Float32Array);
    const output = await sessions.encoder.run({ pixel_values: pixels });
    const memories = floats(output, 'last_hidden_state'); // [B, P, D]
    const embeddings = floats(output, 'image_embeds'); // [B, E]
    return rgb.map((_, row) => ({
      memory: copied(rowOf(memories, row, rowSize), take),
      embedding: rowOf(embeddings, row, card.embedding.size).slice(),
    }));
  });
}

/**
 * CLIP embeddings of captions, L2-normalised, each [E].
 * @throws SightlineError `bad_request` for one that the model cannot read to its end
 */
export async function encodeTexts(
  sessions: Sessions,
  card: ModelCard,
  codec: TextCodec,
  texts: readonly string[],
): Promise<readonly Float32Array[]> {
  const rows = texts.map((text) => codec.encode(text));
  const length = Math.max(...rows.map((row) => row.length));
  const limit = card.text.maxQuestionTokens;
  if (length > limit) {
    throw new SightlineError('bad_request', { detail: `a text has ${length} word pieces, this model takes ${limit}` });
  }
  const ids = new BigInt64Array(rows.length * length).fill(BigInt(card.tokens.pad)); // [B, T]
  const mask = new BigInt64Array(rows.length * length); // [B, T], right padding
  rows.forEach((row, b) => {
    row.forEach((id, t) => {
      ids[b * length + t] = BigInt(id);
      mask[b * length + t] = 1n;
    });
  });
  const session = await sessions.text();
  const shape = [rows.length, length];
  const output = await session.run({
    input_ids: new Tensor('int64', ids, shape),
    attention_mask: new Tensor('int64', mask, shape),
  });
  const embeddings = floats(output, 'text_embeds'); // [B, E]
  return texts.map((_, row) => rowOf(embeddings, row, card.embedding.size).slice());
}

function copied(values: Float32Array, take: (size: number) => Float32Array): Float32Array {
  const copy = take(values.length);
  copy.set(values);
  return copy;
}

const rowOf = (values: Float32Array, row: number, size: number) => values.subarray(row * size, (row + 1) * size);

/** A float output by name. */
export function floats(output: Readonly<Record<string, Tensor>>, name: string): Float32Array {
  const data = output[name]?.data;
  if (!(data instanceof Float32Array)) throw new Error(`The graph gives no float output ${name}. This is a bug.`);
  return data;
}
