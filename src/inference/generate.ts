/**
 * Greedy decoding of a ragged batch with a KV cache. Prompts are padded on the left and masked; rows that ended leave the
 * batch once they are half of it, as moving the caches costs more than a few idle steps.
 */
import { type InferenceSession, Tensor } from 'onnxruntime-node';
import type { ModelCard } from '#core/model-card.ts';
import { floats } from './encode.ts';
import { type Candidate, topTokens } from './logits.ts';
import { ReusedBuffer } from './reused-buffer.ts';

export interface Row {
  readonly promptIds: readonly number[];
  /** [P, D] */
  readonly memory: Float32Array;
  readonly maxTokens: number;
}

export interface GeneratedToken extends Candidate {
  /** Runners-up at this step, best first. */
  readonly others: readonly Candidate[];
  /** Cross-attention at the step that predicted the token, mean over heads, [P]. */
  readonly attention: Float32Array;
}

export interface Generated {
  /** Without the end token. */
  readonly tokens: readonly GeneratedToken[];
  /** 0 when the length limit ended the row. */
  readonly endLogprob: number;
}

export interface GenerateOptions {
  /** With the tokens of a row that stand; the newest one comes with the next step. */
  readonly onStep?: (row: number, ids: readonly number[]) => void;
  readonly isAborted?: (row: number) => boolean;
}

/** The image memory of a batch is megabytes: one allocation serves one batch after another. */
const memoryBuffer = new ReusedBuffer();

/** Runners-up kept per step: enough for the alternatives that are shown. */
const CANDIDATES = 4;

interface Live {
  readonly index: number;
  readonly row: Row;
  readonly tokens: GeneratedToken[];
  endLogprob: number;
  done: boolean;
}

export async function generate(
  decoder: InferenceSession,
  card: ModelCard,
  rows: readonly Row[],
  options: GenerateOptions = {},
): Promise<readonly Generated[]> {
  if (rows.length === 0) return [];
  const all: readonly Live[] = rows.map((row, index) => ({ index, row, tokens: [], endLogprob: 0, done: false }));
  let live = [...all];
  const buffer = memoryBuffer.take(rows.length * card.memory.tokens * card.memory.width);
  let feeds = prefillFeeds(card, rows, buffer);
  while (live.length > 0) {
    const output = await decoder.run(feeds);
    readStep(output, card, live, options);
    const kept = live.flatMap(({ done }, position) => (done ? [] : [position]));
    if (kept.length === 0) break;
    const keep = kept.length * 2 <= live.length ? kept : live.map((_, position) => position);
    live = keep.map((position) => live[position] as Live);
    feeds = stepFeeds(card, feeds, output, live, keep);
  }
  memoryBuffer.giveBack(buffer);
  return all.map(({ tokens, endLogprob }) => ({ tokens, endLogprob }));
}

/** Takes the next token of every row that is not done. */
function readStep(
  output: InferenceSession.OnnxValueMapType,
  card: ModelCard,
  live: readonly Live[],
  options: GenerateOptions,
): void {
  const logits = floats(output, 'logits'); // [B, T, V]
  const attention = floats(output, `cross_attentions.${card.attention.layer}`); // [B, heads, T, P]
  const width = card.vocabularySize;
  const length = logits.length / live.length / width;
  live.forEach((entry, position) => {
    if (entry.done) return;
    if (options.isAborted?.(entry.index)) {
      entry.done = true;
      return;
    }
    const end = (position + 1) * length * width;
    const [best, ...others] = topTokens(logits.subarray(end - width, end), CANDIDATES);
    if (!best) throw new Error('The decoder gave no logits. This is a bug.');
    // Told one step late: what stands before `<|so|>` was reasoning and is not shown as an answer.
    if (best.id !== card.tokens.so && entry.tokens.length > 0) {
      options.onStep?.(
        entry.index,
        entry.tokens.map(({ id }) => id),
      );
    }
    if (best.id === card.tokens.end) {
      entry.endLogprob = best.logprob;
      entry.done = true;
      return;
    }
    entry.tokens.push({ ...best, others, attention: lastAttention(attention, card, position, length) });
    const room = card.decoder.contextLength - entry.row.promptIds.length;
    if (entry.tokens.length >= Math.min(entry.row.maxTokens, room)) entry.done = true;
  });
}

/** Mean over heads of the last position's attention, [P]. */
function lastAttention(attention: Float32Array, card: ModelCard, position: number, length: number): Float32Array {
  const { heads } = card.decoder;
  const tokens = card.memory.tokens;
  const mean = new Float32Array(tokens); // [P]
  for (let head = 0; head < heads; head += 1) {
    const start = ((position * heads + head) * length + length - 1) * tokens;
    for (let p = 0; p < tokens; p += 1) mean[p] = (mean[p] as number) + (attention[start + p] as number) / heads;
  }
  return mean;
}

/** Left-padded prompts [B, T], their mask, the image memory [B, P, D] (laid out in `buffer`) and empty caches. */
export function prefillFeeds(card: ModelCard, rows: readonly Row[], buffer?: Float32Array): Record<string, Tensor> {
  const batch = rows.length;
  const length = Math.max(...rows.map(({ promptIds }) => promptIds.length));
  const ids = new BigInt64Array(batch * length).fill(BigInt(card.tokens.pad)); // [B, T]
  const mask = new BigInt64Array(batch * length); // [B, T]
  const { tokens, width } = card.memory;
  const size = batch * tokens * width;
  const memory = buffer?.subarray(0, size) ?? new Float32Array(size); // [B, P, D]
  rows.forEach((row, b) => {
    const start = b * length + length - row.promptIds.length;
    row.promptIds.forEach((id, t) => {
      ids[start + t] = BigInt(id);
      mask[start + t] = 1n;
    });
    memory.set(row.memory, b * tokens * width);
  });
  const feeds: Record<string, Tensor> = {
    input_ids: new Tensor('int64', ids, [batch, length]),
    attention_mask: new Tensor('int64', mask, [batch, length]),
    encoder_hidden_states: new Tensor('float32', memory, [batch, tokens, width]),
  };
  const { layers, heads, headSize } = card.decoder;
  for (const name of cacheNames(layers)) {
    feeds[`past_key_values.${name}`] = new Tensor('float32', new Float32Array(0), [batch, heads, 0, headSize]);
  }
  return feeds;
}

/** The feeds of the next step for the rows at `keep`. */
function stepFeeds(
  card: ModelCard,
  last: Readonly<Record<string, Tensor>>,
  output: InferenceSession.OnnxValueMapType,
  live: readonly Live[],
  keep: readonly number[],
): Record<string, Tensor> {
  const ids = BigInt64Array.from(live, ({ tokens }) => BigInt(tokens.at(-1)?.id ?? card.tokens.pad)); // [B, 1]
  const feeds: Record<string, Tensor> = {
    input_ids: new Tensor('int64', ids, [live.length, 1]),
    attention_mask: longerMask(last.attention_mask as Tensor, keep, live),
    encoder_hidden_states: rowsOf(last.encoder_hidden_states as Tensor, keep),
  };
  for (const name of cacheNames(card.decoder.layers)) {
    feeds[`past_key_values.${name}`] = rowsOf(output[`present.${name}`] as Tensor, keep);
  }
  return feeds;
}

const cacheNames = (layers: number): readonly string[] =>
  Array.from({ length: layers }, (_, layer) => [`${layer}.key`, `${layer}.value`]).flat();

/** The mask [B, T] of the kept rows with one more token, [B', T + 1]; hidden for rows that are done, whose positions must not grow. */
function longerMask(mask: Tensor, keep: readonly number[], live: readonly Live[]): Tensor {
  const length = mask.dims[1] as number;
  const longer = new BigInt64Array(keep.length * (length + 1)).fill(1n);
  const data = mask.data as BigInt64Array;
  keep.forEach((row, b) => {
    longer.set(data.subarray(row * length, (row + 1) * length), b * (length + 1));
    if (live[b]?.done) longer[(b + 1) * (length + 1) - 1] = 0n;
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
