/**
 * From token probabilities to the words a person reads.
 * Platt scaling (Platt 1999): confidence = sigmoid(a * logit(p) + b), fitted on held-out questions and kept on the card.
 */
import { z } from 'zod';

/** Of a model that gives no probabilities the certainty is `unknown`, which is not the same as low. */
export const Certainty = z.enum(['sure', 'fairly sure', 'not sure', 'unknown']);
export type Certainty = z.infer<typeof Certainty>;

export const Calibration = z.object({
  kind: z.literal('platt'),
  a: z.number(),
  b: z.number(),
  /** Confidence from which an answer is called sure, and fairly sure. */
  sure: z.number().min(0).max(1),
  fairlySure: z.number().min(0).max(1),
  /** Questions it was fitted on. */
  n: z.number().int().positive(),
});
export type Calibration = z.infer<typeof Calibration>;

/** The probability is kept off 0 and 1, where its logit is infinite. */
const EDGE = 1e-6;

/** @param logprobs natural logarithms of the probability of each token, the end token included */
export function confidenceOf(logprobs: readonly number[], calibration: Calibration): number {
  const sum = logprobs.reduce((total, logprob) => total + logprob, 0);
  const p = Math.min(1 - EDGE, Math.max(EDGE, Math.exp(sum)));
  const logit = Math.log(p / (1 - p));
  return 1 / (1 + Math.exp(-(calibration.a * logit + calibration.b)));
}

/** Geometric mean of the tokens' probabilities: of a long text the joint probability only tells its length. */
export const meanProbability = (logprobs: readonly number[]): number =>
  Math.exp(logprobs.reduce((sum, logprob) => sum + logprob, 0) / Math.max(1, logprobs.length));

/** From here on a model nobody calibrated is "fairly sure"; it is never "sure", as nobody compared its word with the truth. */
const UNCALIBRATED_FAIRLY_SURE = 0.6;

export const uncalibratedCertainty = (probability: number): Certainty =>
  probability >= UNCALIBRATED_FAIRLY_SURE ? 'fairly sure' : 'not sure';

export function certaintyOf(confidence: number, calibration: Calibration): Certainty {
  if (confidence >= calibration.sure) return 'sure';
  return confidence >= calibration.fairlySure ? 'fairly sure' : 'not sure';
}
