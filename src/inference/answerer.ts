/**
 * From a question about a picture to an `Answer`: caches, batcher, calibration, evidence. The worker and the command line use
 * it alike. Throws `SightlineError`; an asker that leaves or whose time is up gets the signal's reason.
 */
import { LRUCache } from 'lru-cache';
import type { Alternative, Answer, Progress } from '#core/answer.ts';
import type { Turn } from '#core/ask.ts';
import { answerKey, featuresKey } from '#core/cache-key.ts';
import { type Certainty, certaintyOf, confidenceOf, meanProbability, uncalibratedCertainty } from '#core/certainty.ts';
import { asSightlineError, SightlineError } from '#core/errors.ts';
import type { Scaling } from '#core/model-card.ts';
import type { Pixels } from '#core/pixels.ts';
import { renderPrompt } from '#core/prompts.ts';
import { checkedQuestion } from '#core/question.ts';
import type { PromptedTask } from '#core/task.ts';
import { createBatcher } from './batcher.ts';
import type { Engine, Prediction } from './engine.ts';
import { evidenceOf } from './evidence.ts';
import { rankCaptions } from './rank.ts';
import { asSentence, isSentence } from './sentence.ts';
import { SingleFlight } from './single-flight.ts';

/** Answers kept: thousands of short ones, hundreds of captions with a heat map for each word. */
const ANSWER_BYTES = 8 * 1024 * 1024;
/** Pixels kept at the model's size: some 300 pictures, more than twice what the engine remembers of them. */
const PICTURE_BYTES = 8 * 1024 * 1024;
/** V8 holds a small integer of an array in eight bytes, a character in at most two. */
const BYTES_PER_CELL = 8;
const BYTES_PER_CHARACTER = 2;
/** The objects of one answer, its key and its place in the cache: an answer without words takes some 550 bytes. */
const BYTES_PER_ANSWER = 1024;
const ALTERNATIVES_SHOWN = 3;
const NOBODY_KNOWS: { confidence: number; certainty: Certainty } = { confidence: 0, certainty: 'unknown' };

export interface AnswererOptions {
  readonly engine: Engine;
  readonly batchSize: number;
  readonly onBatch?: (size: number) => void;
}

export interface AnswerQuery {
  readonly requestId: string;
  readonly task: PromptedTask;
  readonly question: string;
  /** Of the picture's bytes: its identity in the caches. */
  readonly sha256: string;
  /**
   * The picture as the model's card wants it scaled; called only when its pixels are not kept. Others may wait for the same
   * answer: the signal is that of all of them, not of the one who asked first.
   */
  readonly loadPixels: (scaling: Scaling, signal: AbortSignal) => Promise<Pixels>;
  /** What was said about the picture before; left out of account by a model that does not read it. */
  readonly conversation?: readonly Turn[];
  /** What a program wants kept to; likewise. */
  readonly instructions?: string | undefined;
  /** Shortens what the card allows. */
  readonly maxTokens?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly deadlineAt?: number | undefined;
  readonly queuedMs?: number;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface RankQuery {
  readonly loadPixels: (scaling: Scaling) => Promise<Pixels>;
  readonly captions: readonly string[];
}

export interface Answerer {
  answer(query: AnswerQuery): Promise<Answer>;
  /** Which caption fits: softmax over the scaled cosine of CLIP embeddings, likeliest first. */
  rank(query: RankQuery): Promise<readonly { caption: string; probability: number }[]>;
  close(): Promise<void>;
}

type Computed = Omit<Answer, 'requestId'>;

export function createAnswerer({ engine, batchSize, onBatch }: AnswererOptions): Answerer {
  const { card } = engine;
  const together = Math.min(batchSize, engine.mostTogether ?? batchSize);
  const batcher = createBatcher({
    engine,
    batchSize: together,
    ...(engine.atOnce !== undefined && { inFlight: engine.atOnce }),
    ...(onBatch && { onBatch }),
  });
  const pictures = new LRUCache<string, Pixels>({
    maxSize: PICTURE_BYTES,
    sizeCalculation: ({ rgb }) => rgb.length,
  });
  const answers = new LRUCache<string, Computed>({
    maxSize: ANSWER_BYTES,
    sizeCalculation: sizeOf,
  });
  const answersInFlight = new SingleFlight<Computed, Progress>();
  const picturesInFlight = new SingleFlight<Pixels>();
  const turnsOf = ({ conversation = [] }: AnswerQuery) => (card.conversation ? conversation : []);
  const instructionsOf = ({ instructions }: AnswerQuery) => (card.conversation ? instructions : undefined);

  /** Pixels from before, or from whoever loads this picture now, or loaded. */
  const pictureOf = async (query: AnswerQuery, key: string, signal: AbortSignal): Promise<Pixels> => {
    const load = async (waiting: AbortSignal) => {
      const pixels = await query.loadPixels(card.preprocessing, waiting);
      pictures.set(key, pixels);
      return pixels;
    };
    return pictures.get(key) ?? picturesInFlight.join(key, load, { signal });
  };

  const compute = async (
    query: AnswerQuery,
    pictureKey: string,
    signal: AbortSignal,
    tell: (progress: Progress) => void,
  ): Promise<Computed> => {
    const { prompt, maxTokens } = renderPrompt(card, query.task, query.question);
    tell({ stage: 'encoding' });
    const started = performance.now();
    const pixels = await pictureOf(query, pictureKey, signal);
    const preprocessMs = performance.now() - started;
    const output = await batcher.submit(
      {
        image: { ...pixels, key: pictureKey },
        prompt,
        maxTokens: Math.min(maxTokens, query.maxTokens ?? maxTokens),
        turns: turnsOf(query),
        instructions: instructionsOf(query),
      },
      { signal, onPartial: (text) => tell({ stage: 'answering', text }) },
    );
    const { prediction, encodeMs, decodeMs, batchedMs } = output;
    return {
      ...spoken(prediction, query.task),
      evidence: evidenceOf(prediction, card),
      modelId: card.id,
      cache: output.reused ? 'features' : 'none',
      timings: {
        queued: 0,
        preprocess: preprocessMs,
        batched: batchedMs,
        encode: encodeMs,
        decode: decodeMs,
        total: 0,
      },
      ...(prediction.cutOff && { cutOff: true as const }),
      ...(prediction.usage && { usage: prediction.usage }),
    };
  };

  const spoken = (prediction: Prediction, task: PromptedTask) => {
    const { confidence, certainty } = howSure(prediction, task);
    const sure = certainty === 'sure' || certainty === 'fairly sure';
    const text = isSentence(task) ? asSentence(prediction.text) : prediction.text;
    const calibrated = calibrationFor(task) ? {} : { calibrated: false as const };
    return {
      text,
      confidence,
      certainty,
      sure,
      ...calibrated,
      alternatives: sure ? [] : alternativesOf(prediction, task, confidence),
    };
  };

  const howSure = ({ tokens, endLogprob, rationaleTokens }: Prediction, task: PromptedTask) => {
    // A calibration was fitted on all that the model said; without one, its answer alone tells how sure it is.
    const counted = (card.calibration ? tokens : tokens.slice(rationaleTokens)).map(({ logprob }) => logprob);
    if (counted.length === 0) return NOBODY_KNOWS;
    const confidence = confidenceFor(endLogprob === undefined ? counted : [...counted, endLogprob], task);
    const calibration = calibrationFor(task);
    const certainty = calibration ? certaintyOf(confidence, calibration) : uncalibratedCertainty(confidence);
    return { confidence, certainty };
  };

  /** None that seems likelier than what was said: a greedy choice may be, in the end, and nobody could make sense of it. */
  const alternativesOf = (prediction: Prediction, task: PromptedTask, confidence: number): Alternative[] =>
    prediction.alternatives
      .filter(({ text }) => text !== prediction.text)
      .map(({ text, logprobs }) => ({ text, confidence: confidenceFor(logprobs, task) }))
      .filter((other) => other.confidence <= confidence)
      .slice(0, ALTERNATIVES_SHOWN);

  /** Fitted on short answers: nobody compared sentences with the truth, and their joint probability only tells their length. */
  const calibrationFor = (task: PromptedTask) => (isSentence(task) ? undefined : card.calibration);

  const confidenceFor = (logprobs: readonly number[], task: PromptedTask): number => {
    const calibration = calibrationFor(task);
    return calibration ? confidenceOf(logprobs, calibration) : meanProbability(logprobs);
  };

  return {
    async answer(query) {
      const startedAt = performance.now();
      checkedQuestion(query.task, query.question);
      const pictureKey = featuresKey(query.sha256, card, engine.device.dtype);
      const wishes = { instructions: instructionsOf(query), maxTokens: query.maxTokens };
      const key = answerKey(pictureKey, card, query.task, query.question, turnsOf(query), wishes);
      const found = answers.get(key);
      const queued = query.queuedMs ?? 0;
      const finish = (computed: Computed): Answer => ({
        requestId: query.requestId,
        ...computed,
        timings: { ...computed.timings, queued, total: queued + performance.now() - startedAt },
      });
      if (found) {
        const timings = { queued: 0, preprocess: 0, batched: 0, encode: 0, decode: 0, total: 0 };
        return finish({ ...found, cache: 'answer', timings });
      }
      const start = async (signal: AbortSignal, tell: (progress: Progress) => void) => {
        const computed = await compute(query, pictureKey, signal, tell);
        answers.set(key, computed);
        return computed;
      };
      const end = endOf(query);
      try {
        return finish(await answersInFlight.join(key, start, { signal: end.signal, onProgress: query.onProgress }));
      } catch (error) {
        throw asSightlineError(error, 'inference_failed');
      } finally {
        end.dispose();
      }
    },
    rank: ({ loadPixels, captions }) => rankCaptions(engine, loadPixels, captions),
    async close() {
      await batcher.idle();
      await engine.close();
    },
  };
}

function sizeOf({ text, alternatives, evidence: { rows, columns, words } }: Computed): number {
  const texts = [text, ...alternatives.map((other) => other.text), ...words.map(({ word }) => word)];
  const characters = texts.reduce((sum, { length }) => sum + length, 0);
  return BYTES_PER_ANSWER + BYTES_PER_CHARACTER * characters + BYTES_PER_CELL * words.length * rows * columns;
}

/** A longer one would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** A signal that ends with `cancelled` when the asker leaves and with `deadline_passed` when the time is up. */
function endOf({ signal, deadlineAt }: AnswerQuery): { signal: AbortSignal; dispose: () => void } {
  const end = new AbortController();
  const cancel = () => end.abort(new SightlineError('cancelled', { cause: signal?.reason }));
  const expire = () => end.abort(new SightlineError('deadline_passed'));
  if (signal?.aborted) cancel();
  else signal?.addEventListener('abort', cancel, { once: true });
  const left = deadlineAt === undefined ? Number.POSITIVE_INFINITY : deadlineAt - Date.now();
  if (left <= 0) expire();
  const timer = Number.isFinite(left) ? setTimeout(expire, Math.min(Math.max(0, left), LONGEST_TIMER_MS)) : undefined;
  return {
    signal: end.signal,
    dispose() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    },
  };
}
