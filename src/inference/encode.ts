/** Pictures and captions to features: one run of a tower for a batch, results copied apart per row. */
import { Tensor } from 'onnxruntime-node';
import type { ModelCard } from '#core/model-card.ts';
import type { ImageFeatures } from './feature-cache.ts';
import { toPixelValues } from './preprocess.ts';
import { ReusedBuffer } from './reused-buffer.ts';
import type { Sessions } from './sessions.ts';
import type { TextCodec } from './tokenizer.ts';

/** What a batch of pictures says is megabytes: the graph writes it over that of the batch before. */
const outputBuffer = new ReusedBuffer();

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
  const pixels = new Tensor('float32', toPixelValues(rgb, card.preprocessing), [rgb.length, 3, height, width]);
  const rowSize = card.memory.tokens * card.memory.width;
  const buffer = outputBuffer.take(rgb.length * rowSize);
  const memories = buffer.subarray(0, rgb.length * rowSize); // [B, P, D]
  const output = await sessions.encoder.run(
    { pixel_values: pixels },
    {
      last_hidden_state: new Tensor('float32', memories, [rgb.length, card.memory.tokens, card.memory.width]),
      image_embeds: null,
    },
  );
  const embeddings = floats(output, 'image_embeds'); // [B, E]
  const features = rgb.map((_, row) => ({
    memory: copied(rowOf(memories, row, rowSize), take),
    embedding: rowOf(embeddings, row, card.embedding.size).slice(),
  }));
  outputBuffer.giveBack(buffer);
  return features;
}

/** CLIP embeddings of captions, L2-normalised, each [E]. */
export async function encodeTexts(
  sessions: Sessions,
  card: ModelCard,
  codec: TextCodec,
  texts: readonly string[],
): Promise<readonly Float32Array[]> {
  const rows = texts.map((text) => codec.encode(text).slice(0, card.text.maxQuestionTokens));
  const length = Math.max(...rows.map((row) => row.length));
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
