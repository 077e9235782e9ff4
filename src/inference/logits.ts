/** Arithmetic on one row of logits. */

/** Log of the sum of exponentials, stable for large values. */
export function logSumExp(logits: Float32Array): number {
  let max = Number.NEGATIVE_INFINITY;
  for (const value of logits) if (value > max) max = value;
  let sum = 0;
  for (const value of logits) sum += Math.exp(value - max);
  return max + Math.log(sum);
}

export interface Candidate {
  readonly id: number;
  readonly logprob: number;
}

/** The `k` likeliest tokens, best first; the lower id wins a tie, as in PyTorch's argmax. */
export function topTokens(logits: Float32Array, k: number): readonly Candidate[] {
  const normaliser = logSumExp(logits);
  const best: Candidate[] = [];
  logits.forEach((logit, id) => {
    const logprob = logit - normaliser;
    const last = best.at(-1);
    if (best.length === k && last && logprob <= last.logprob) return;
    const place = best.findIndex((candidate) => logprob > candidate.logprob);
    best.splice(place === -1 ? best.length : place, 0, { id, logprob });
    if (best.length > k) best.pop();
  });
  return best;
}
