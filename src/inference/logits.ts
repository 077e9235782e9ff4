/** Arithmetic on one row of logits. */

/** Log of the sum of exponentials, stable for large values. */
export function logSumExp(logits: Float32Array): number {
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < logits.length; i += 1) max = Math.max(max, logits[i] as number);
  let sum = 0;
  for (let i = 0; i < logits.length; i += 1) sum += Math.exp((logits[i] as number) - max);
  return max + Math.log(sum);
}

export interface Candidate {
  readonly id: number;
  readonly logprob: number;
}

/** The `k` likeliest tokens, best first; the lower id wins a tie, as in PyTorch's argmax. */
export function topTokens(logits: Float32Array, k: number): readonly Candidate[] {
  const normaliser = logSumExp(logits);
  const best: { id: number; logit: number }[] = [];
  let least = Number.NEGATIVE_INFINITY;
  // Nearly every token is passed over by this one comparison.
  for (let id = 0; id < logits.length; id += 1) {
    const logit = logits[id] as number;
    if (best.length === k && logit <= least) continue;
    const place = best.findIndex((candidate) => logit > candidate.logit);
    best.splice(place === -1 ? best.length : place, 0, { id, logit });
    if (best.length > k) best.pop();
    least = best.at(-1)?.logit ?? least;
  }
  return best.map(({ id, logit }) => ({ id, logprob: logit - normaliser }));
}
