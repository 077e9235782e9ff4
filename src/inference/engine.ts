/**
 * The engine port: pixels and prompts in, predictions out. The onnxruntime engine, the one for models of a hub, the one for models
 * on other servers and the fake one implement it, and one contract suite runs against each. An engine knows nothing of queues, pictures' bytes or people.
 */

import type { Usage } from '#core/answer.ts';
import type { Turn } from '#core/ask.ts';
import type { SightlineError } from '#core/errors.ts';
import type { EngineCard } from '#core/model-card.ts';
import type { Pixels } from '#core/pixels.ts';

/**
 * One question to one picture. The pixels always come along, as they are small; what the image says is not, so it stays with
 * the engine, which encodes a key once as long as it remembers it.
 */
export interface EngineInput {
  readonly image: Pixels & {
    /** The picture's identity (src/core/cache-key.ts). */
    readonly key: string;
  };
  /** Rendered by the card's template. */
  readonly prompt: string;
  /** What was said about the picture before, oldest first; only for a card that reads it. */
  readonly turns?: readonly Turn[];
  /** What a program wants kept to; only for such a card. */
  readonly instructions?: string | undefined;
  readonly maxTokens: number;
}

export interface PredictedToken {
  readonly text: string;
  /** Natural logarithm of the probability the model gave this token. */
  readonly logprob: number;
}

/** What the model says about one input. */
export interface Prediction {
  readonly text: string;
  /** What it said before `<|so|>`, its reasoning towards the answer; null when there was none. */
  readonly rationale: string | null;
  /**
   * Every generated token but the end token; `endLogprob` is that one's. Rationale tokens are included. Empty where the model
   * gives no probabilities: then nobody knows how sure it is.
   */
  readonly tokens: readonly PredictedToken[];
  /** 0 when the length limit ended the answer; undefined where it is not told. */
  readonly endLogprob: number | undefined;
  /** How many of `tokens` belong to the rationale, `<|so|>` included. */
  readonly rationaleTokens: number;
  /** Cross-attention while each token was predicted, mean over heads of the card's layer, [tokens, P] row-major; empty without `memory` on the card. */
  readonly attention: Float32Array;
  /** Likely other answers, best first, with their log-probabilities. */
  readonly alternatives: readonly { readonly text: string; readonly logprobs: readonly number[] }[];
  /** The length limit ended the text. */
  readonly cutOff?: boolean;
  /** What it took, where the model counts. */
  readonly usage?: Usage;
}

export type EngineOutput =
  | {
      readonly ok: true;
      readonly prediction: Prediction;
      /** The picture was encoded for an earlier batch. */
      readonly reused: boolean;
      /** Milliseconds this input's batch spent in each part. */
      readonly encodeMs: number;
      readonly decodeMs: number;
    }
  | { readonly ok: false; readonly error: SightlineError };

/** Called with the whole answer text so far of input `index`, at most once per decoding step. */
export type OnPartial = (index: number, text: string) => void;

export interface RunOptions {
  readonly onPartial?: OnPartial;
  /** One per input; an aborted one ends early with `cancelled`, its neighbours go on. */
  readonly signals?: readonly (AbortSignal | undefined)[];
}

export interface DeviceReport {
  /** What really runs the model, e.g. "cpu". */
  readonly name: string;
  readonly dtype: string;
  readonly threads: number;
  readonly runtime: string;
  /** Why it is not the device that was asked for; whoever reports the device says so. */
  readonly warning?: string;
}

export interface Engine {
  readonly card: EngineCard;
  /** Inputs of one batch that gain from one another; unlimited when undefined. */
  readonly mostTogether?: number;
  /** Batches that it works on at the same time; as many as keep one engine busy when undefined. */
  readonly atOnce?: number;
  readonly device: DeviceReport;
  /** Answers a batch; outputs are in the order of inputs. Rejects only when the whole batch failed. */
  run(batch: readonly EngineInput[], options?: RunOptions): Promise<readonly EngineOutput[]>;
  /** CLIP embeddings of captions, L2-normalised, each [E]. */
  embedTexts(texts: readonly string[]): Promise<readonly Float32Array[]>;
  /** CLIP embeddings of pictures at the card's size, L2-normalised, each [E]. */
  embedImages(pictures: readonly Pixels[]): Promise<readonly Float32Array[]>;
  /** Lets the running batch end, then frees the sessions. */
  close(): Promise<void>;
}
