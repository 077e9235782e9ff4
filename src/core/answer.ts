/**
 * What comes back: an answer with its evidence, or a code that has a sentence for the person.
 * Every ask ends in exactly one `AnswerOutcome`; `Progress` before it is told on a best-effort basis.
 */
import { z } from 'zod';
import { RequestId, Sha256 } from './ask.ts';
import { Certainty } from './certainty.ts';
import { ErrorCode } from './errors.ts';

/** Where the model looked while it said one word: a grid over the picture, row by row, 255 at the strongest cell. */
export const WordEvidence = z.object({
  word: z.string(),
  heat: z.array(z.number().int().min(0).max(255)), // [rows * columns]
});
export type WordEvidence = z.infer<typeof WordEvidence>;

export const Evidence = z.object({
  rows: z.number().int().positive(),
  columns: z.number().int().positive(),
  words: z.array(WordEvidence),
});
export type Evidence = z.infer<typeof Evidence>;

export const Alternative = z.object({ text: z.string(), confidence: z.number().min(0).max(1) });
export type Alternative = z.infer<typeof Alternative>;

const share = z.number().min(0).max(1);
/** A rectangle in the upright picture, in shares of its width and height. */
export const Box = z.object({ label: z.string(), left: share, top: share, right: share, bottom: share });
export type Box = z.infer<typeof Box>;

/** Milliseconds by stage; `queued` is 0 where there was no queue. */
export const Timings = z.object({
  queued: z.number(),
  preprocess: z.number(),
  /** Waiting for a place in a batch. */
  batched: z.number(),
  encode: z.number(),
  decode: z.number(),
  total: z.number(),
});
export type Timings = z.infer<typeof Timings>;

/** What it took, in the model's own tokens; `prompt` counts the picture where the model does. */
export const Usage = z.object({ prompt: z.number().int().min(0), completion: z.number().int().min(0) });
export type Usage = z.infer<typeof Usage>;

export const Answer = z.object({
  requestId: RequestId,
  text: z.string(),
  /**
   * Calibrated probability that the answer is right (the card says how it was fitted), unless `calibrated` is false; 0 where
   * the certainty is unknown.
   */
  confidence: z.number().min(0).max(1),
  /**
   * False when nobody ever compared the model's probabilities with the truth: `confidence` is then only its own word, the
   * geometric mean of its tokens' probabilities. So it is with every caption and alt text, whatever the model.
   */
  calibrated: z.literal(false).optional(),
  certainty: Certainty,
  /** False when the model would rather not be quoted, or cannot tell: `certainty` is "not sure" or "unknown". */
  sure: z.boolean(),
  /** Other answers it considered, likeliest first; filled only when it is not sure. Of a `rank`: all other captions. */
  alternatives: z.array(Alternative),
  /** Without words when the model does not tell where it looked. */
  evidence: Evidence,
  /** Where the things are that were asked for; only when boxes were. */
  boxes: z.array(Box).optional(),
  modelId: z.string(),
  /** What was found already computed: the whole answer, the picture's features, or nothing. */
  cache: z.enum(['none', 'features', 'answer']),
  timings: Timings,
  /** The length limit ended the text. */
  cutOff: z.literal(true).optional(),
  /** Absent where the model does not count. */
  usage: Usage.optional(),
});
export type Answer = z.infer<typeof Answer>;

/** A code that only a newer process knows is a failure all the same. */
const FailureCode = ErrorCode.catch('internal');
const Failure = z.object({ ok: z.literal(false), code: FailureCode, detail: z.string().optional() });

/** What became of one picture among several. */
export const PictureOutcome = z.discriminatedUnion('ok', [z.object({ ok: z.literal(true), answer: Answer }), Failure]);
export type PictureOutcome = z.infer<typeof PictureOutcome>;

/** A picture made for the answer, a PNG in the blob store, and what it shows in words. */
export const Drawing = z.object({ sha256: Sha256, description: z.string() });
export type Drawing = z.infer<typeof Drawing>;

export const AnswerOutcome = z.discriminatedUnion('ok', [
  z.object({
    ok: z.literal(true),
    /** Of the first picture that has one. */
    answer: Answer,
    /** All pictures in the order asked; only when there were several. */
    pictures: z.array(PictureOutcome).optional(),
    drawing: Drawing.optional(),
  }),
  Failure,
]);
export type AnswerOutcome = z.infer<typeof AnswerOutcome>;

/** A good end, as the one who answers hands it over. */
export type Answered = Omit<Extract<AnswerOutcome, { ok: true }>, 'ok'>;

/** What a waiting person sees. `position` counts from 1; `text` is the whole text so far, not a piece of it. */
export const Progress = z.discriminatedUnion('stage', [
  z.object({ stage: z.literal('queued'), position: z.number().int().positive() }),
  z.object({ stage: z.literal('encoding') }),
  z.object({ stage: z.literal('answering'), text: z.string() }),
]);
export type Progress = z.infer<typeof Progress>;
