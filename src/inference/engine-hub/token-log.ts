/**
 * What is said, as it is said: a streamer that collects tokens and a logits processor that takes down the probability of each.
 * transformers.js gives no probabilities of its own.
 */
import { BaseStreamer, LogitsProcessor, type Tensor } from '@huggingface/transformers';
import { logSumExp } from '../logits.ts';

export class LogprobRecorder extends LogitsProcessor {
  /** Of the likeliest token at each step, which greedy decoding takes. */
  readonly logprobs: number[] = [];

  override _call(_ids: bigint[][], logits: Tensor): Tensor {
    const row = logits.data as Float32Array; // [V]: one sequence at a time
    let best = Number.NEGATIVE_INFINITY;
    for (const logit of row) if (logit > best) best = logit;
    this.logprobs.push(Math.min(0, best - logSumExp(row)));
    return logits;
  }
}

export class TokenStream extends BaseStreamer {
  readonly ids: number[] = [];
  readonly #onToken: () => void;
  #promptSeen = false;

  constructor(onToken: () => void) {
    super();
    this.#onToken = onToken;
  }

  override put(value: bigint[][]): void {
    if (!this.#promptSeen) {
      this.#promptSeen = true;
      return;
    }
    this.ids.push(...(value[0] ?? []).map(Number));
    this.#onToken();
  }

  override end(): void {}
}
