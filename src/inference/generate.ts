/**
 * Greedy decoding of a ragged batch with a KV cache. Prompts are padded on the left and masked; rows that ended leave the
 * batch once they are half of it, as moving the caches costs more than a few idle steps.
 */
import type { InferenceSession } from 'onnxruntime-node';
import type { ModelCard } from '#core/model-card.ts';
import { attentionName, outputNames, prefillFeeds, type Row, stepFeeds } from './decoder-tensors.ts';
import { floats } from './encode.ts';
import { type Candidate, topTokens } from './logits.ts';
import { withScratch } from './scratch.ts';

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
  /** The length limit ended the row. */
  readonly cutOff: boolean;
}

export interface GenerateOptions {
  /** With the tokens of a row that stand; the newest one comes with the next step. */
  readonly onStep?: (row: number, ids: readonly number[]) => void;
  readonly isAborted?: (row: number) => boolean;
}

/** Runners-up kept per step: enough for the alternatives that are shown. */
const CANDIDATES = 4;

interface Live {
  readonly index: number;
  readonly row: Row;
  readonly tokens: GeneratedToken[];
  endLogprob: number;
  done: boolean;
  cutOff: boolean;
}

export async function generate(
  decoder: InferenceSession,
  card: ModelCard,
  rows: readonly Row[],
  options: GenerateOptions = {},
): Promise<readonly Generated[]> {
  if (rows.length === 0) return [];
  const all: readonly Live[] = rows.map((row, index) => ({
    index,
    row,
    tokens: [],
    endLogprob: 0,
    done: false,
    cutOff: false,
  }));
  await withScratch(async (scratch) => {
    let live = [...all];
    let feeds = prefillFeeds(card, rows, scratch);
    const names = outputNames(card);
    for (;;) {
      const output = await decoder.run(feeds, names);
      readStep(output, card, live, options);
      const kept = live.flatMap(({ done }, position) => (done ? [] : [position]));
      if (kept.length === 0) return;
      const keep = kept.length * 2 <= live.length ? kept : live.map((_, position) => position);
      live = keep.map((position) => live[position] as Live);
      const nextIds = live.map(({ done, tokens }) => (done ? undefined : tokens.at(-1)?.id));
      feeds = stepFeeds(card, feeds, output, nextIds, keep);
    }
  });
  return all.map(({ tokens, endLogprob, cutOff }) => ({ tokens, endLogprob, cutOff }));
}

/** Takes the next token of every row that is not done. */
function readStep(
  output: InferenceSession.OnnxValueMapType,
  card: ModelCard,
  live: readonly Live[],
  options: GenerateOptions,
): void {
  const logits = floats(output, 'logits'); // [B, 1, V]
  const attention = floats(output, attentionName(card)); // [B, heads, T, P]
  const width = card.vocabularySize;
  const length = attention.length / live.length / card.decoder.heads / card.memory.tokens;
  live.forEach((entry, position) => {
    if (entry.done) return;
    if (options.isAborted?.(entry.index)) {
      entry.done = true;
      return;
    }
    const [best, ...others] = topTokens(logits.subarray(position * width, (position + 1) * width), CANDIDATES);
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
    entry.cutOff = entry.tokens.length >= Math.min(entry.row.maxTokens, room);
    entry.done = entry.cutOff;
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
