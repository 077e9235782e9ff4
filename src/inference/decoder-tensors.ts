/** What goes into the decoder's graph and what is read of it: prompts and image memory, then one token a step with the caches. */
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelCard } from '#core/model-card.ts';
import { Scratch } from './scratch.ts';

export type Feeds = Readonly<Record<string, Tensor>>;

export interface Row {
  readonly promptIds: readonly number[];
  /** [P, D] */
  readonly memory: Float32Array;
  readonly maxTokens: number;
}

const cacheNames = (layers: number): readonly string[] =>
  Array.from({ length: layers }, (_, layer) => [`${layer}.key`, `${layer}.value`]).flat();

/** The name of the attention that is read; that of other layers is not asked for. */
export const attentionName = ({ attention }: ModelCard): string => `cross_attentions.${attention.layer}`;

/** Left-padded prompts [B, T], their mask, the image memory [B, P, D] and empty caches. */
export function prefillFeeds(card: ModelCard, rows: readonly Row[], scratch = new Scratch()): Feeds {
  const batch = rows.length;
  const length = Math.max(...rows.map(({ promptIds }) => promptIds.length));
  const ids = new BigInt64Array(batch * length).fill(BigInt(card.tokens.pad)); // [B, T]
  const mask = new BigInt64Array(batch * length); // [B, T]
  const { tokens, width } = card.memory;
  const memory = scratch.tensor('memory', [batch, tokens, width]);
  const data = memory.data as Float32Array;
  rows.forEach((row, b) => {
    const start = b * length + length - row.promptIds.length;
    row.promptIds.forEach((id, t) => {
      ids[start + t] = BigInt(id);
      mask[start + t] = 1n;
    });
    data.set(row.memory, b * tokens * width);
  });
  const feeds: Record<string, Tensor> = {
    input_ids: new Tensor('int64', ids, [batch, length]),
    attention_mask: new Tensor('int64', mask, [batch, length]),
    encoder_hidden_states: memory,
  };
  const { layers, heads, headSize } = card.decoder;
  for (const name of cacheNames(layers)) {
    feeds[`past_key_values.${name}`] = new Tensor('float32', new Float32Array(0), [batch, heads, 0, headSize]);
  }
  return feeds;
}

/** The feeds of the next step: one token, or none where the row is done, for each row at `keep` of the last. */
export function stepFeeds(
  card: ModelCard,
  last: Feeds,
  output: InferenceSession.OnnxValueMapType,
  nextIds: readonly (number | undefined)[],
  keep: readonly number[],
): Feeds {
  const ids = BigInt64Array.from(nextIds, (id) => BigInt(id ?? card.tokens.pad)); // [B, 1]
  const feeds: Record<string, Tensor> = {
    input_ids: new Tensor('int64', ids, [keep.length, 1]),
    attention_mask: longerMask(last.attention_mask as Tensor, keep, nextIds),
    encoder_hidden_states: rowsOf(last.encoder_hidden_states as Tensor, keep),
  };
  for (const name of cacheNames(card.decoder.layers)) {
    feeds[`past_key_values.${name}`] = rowsOf(output[`present.${name}`] as Tensor, keep);
  }
  return feeds;
}

/** The outputs that are read: each one named is copied to this side of the runtime, and what wakes V8's collector is bytes. */
export const outputNames = (card: ModelCard): readonly string[] => [
  'logits',
  attentionName(card),
  ...cacheNames(card.decoder.layers).map((name) => `present.${name}`),
];

/** The mask [B, T] of the kept rows with one more token, [B', T + 1]; hidden for rows that are done, whose positions must not grow. */
function longerMask(mask: Tensor, keep: readonly number[], nextIds: readonly (number | undefined)[]): Tensor {
  const length = mask.dims[1] as number;
  const longer = new BigInt64Array(keep.length * (length + 1)).fill(1n);
  const data = mask.data as BigInt64Array;
  keep.forEach((row, b) => {
    longer.set(data.subarray(row * length, (row + 1) * length), b * (length + 1));
    if (nextIds[b] === undefined) longer[(b + 1) * (length + 1) - 1] = 0n;
  });
  return new Tensor('int64', longer, [keep.length, length + 1]);
}

/** The rows at `keep` of a float tensor; the tensor itself when that is all of them. */
function rowsOf(tensor: Tensor, keep: readonly number[]): Tensor {
  const [batch, ...rest] = tensor.dims;
  if (keep.length === batch) return tensor;
  const size = rest.reduce((product, dim) => product * dim, 1);
  const rows = new Float32Array(keep.length * size);
  const data = tensor.data as Float32Array;
  keep.forEach((row, b) => {
    rows.set(data.subarray(row * size, (row + 1) * size), b * size);
  });
  return new Tensor('float32', rows, [keep.length, ...rest]);
}
