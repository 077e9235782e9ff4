/** What the tools take and give, as an assistant sees it. */
import { z } from 'zod';
import { Box } from '#core/answer.ts';
import { Turn } from '#core/ask.ts';
import { Certainty } from '#core/certainty.ts';
import { LIMITS } from '#core/limits.ts';

export const image = z
  .string()
  .min(1)
  .describe('The picture: a path, a data URL, or its bytes as base64. JPEG, PNG, WebP, GIF or AVIF, up to 25 MB.');
const question = z.string().min(1).max(LIMITS.questionCharacters);
const caption = z.string().min(1).max(LIMITS.captionCharacters);
const share = z.number().min(0).max(1);

export const Ask = z.object({
  image,
  question: question.describe('What you want to know about the picture, in English.'),
  conversation: z
    .array(Turn)
    .max(LIMITS.conversationTurns)
    .optional()
    .describe('Earlier questions about it and their answers.'),
});
export const Look = z.object({ image });
export const Locate = z.object({ image, what: question.describe('The thing to find: "the red cup".') });
export const Rank = z.object({
  image,
  captions: z.array(caption).min(2).max(LIMITS.captionsPerRank).describe('The captions to choose among.'),
});
export const Search = z.object({
  folder: z.string().min(1).describe('The folder that holds the pictures.'),
  text: question.optional().describe('What to look for, in words.'),
  image: image.optional().describe('Or a picture to find similar ones of.'),
  limit: z.number().int().min(1).max(50).default(10),
  recursive: z.boolean().default(false).describe('Also look into folders below it.'),
});

const answered = {
  certainty: Certainty.describe('How sure the model is; do not state as a fact what it is not sure of.'),
  confidence: share,
};
export const Answered = z.object({
  answer: z.string(),
  ...answered,
  alternatives: z.array(z.object({ text: z.string(), confidence: share })),
});
export const Described = z.object({ text: z.string(), ...answered });
export const Located = z.object({
  answer: z.string(),
  ...answered,
  box: Box.optional().describe('Where the model looked, in shares of the width and height; evidence, not a proof.'),
});
export const Ranked = z.object({ ranking: z.array(z.object({ caption: z.string(), probability: share })) });
export const Found = z.object({
  found: z.array(z.object({ path: z.string(), score: z.number() })),
  searched: z.number().int(),
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
});
