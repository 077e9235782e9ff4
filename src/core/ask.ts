/**
 * What is asked: one question about a picture, or about each of a few, by reference.
 * Everything here crosses Redis, so it is parsed on both sides; it holds ids and references only.
 */
import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { Task } from './task.ts';

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'Expected 64 hexadecimal digits');

/**
 * Where the picture lies. Workers find an `upload` in the blob store (DESIGN §3.12) and fetch the others, from allowed
 * origins only. `attachmentId` is the picture's lasting identity (for a sticker `sticker:<id>`, for an emoji `emoji:<id>`),
 * as the signed `url` changes; `rendition` is a smaller copy from Discord's media proxy, tried first.
 */
export const ImageRef = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('upload'), sha256: Sha256 }),
  z.object({
    kind: z.literal('discord'),
    channelId: z.string(),
    messageId: z.string(),
    attachmentId: z.string(),
    url: z.url(),
    rendition: z.url().optional(),
  }),
  z.object({ kind: z.literal('link'), url: z.url() }),
]);
export type ImageRef = z.infer<typeof ImageRef>;

export const Surface = z.enum(['web', 'cli', 'bot']);
export type Surface = z.infer<typeof Surface>;

export const Turn = z.object({
  question: z.string().max(LIMITS.turnCharacters),
  answer: z.string().max(LIMITS.turnCharacters),
});
export type Turn = z.infer<typeof Turn>;

export const RequestId = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'Expected 8 to 64 letters, digits, - or _');

export const Detail = z.enum(['short', 'long']);
export type Detail = z.infer<typeof Detail>;

/** Where the model looked, boxes around what was asked for, or all pictures numbered on one sheet with their captions. */
export const Draw = z.enum(['heat', 'boxes', 'sheet']);
export type Draw = z.infer<typeof Draw>;

export const AskRequest = z.object({
  id: RequestId,
  surface: Surface,
  task: Task,
  /** As the person typed it; empty unless the task is a free question. */
  question: z.string().max(LIMITS.questionCharacters),
  image: ImageRef,
  /** More pictures of the same ask: each is answered by itself, all in one outcome. */
  further: z
    .array(ImageRef)
    .max(LIMITS.picturesPerAsk - 1)
    .optional(),
  /** What a `rank` chooses among. */
  captions: z.array(z.string().min(1).max(LIMITS.captionCharacters)).max(LIMITS.captionsPerRank).optional(),
  /** How much an alt text or a caption tells; short unless told otherwise. */
  detail: Detail.optional(),
  /** A picture to come with the answer. */
  draw: Draw.optional(),
  conversation: z.array(Turn).max(LIMITS.conversationTurns),
  /** What a program says before the conversation; for models that follow instructions, ignored by others. */
  instructions: z.string().max(LIMITS.instructionsCharacters).optional(),
  /** The longest answer wanted, in the model's own tokens; never more than its card allows. */
  maxTokens: z.number().int().positive().optional(),
  /** Where the answer goes, opaque to all but the surface that asked. */
  replyTo: z.string().max(200),
  locale: z.string().max(20),
  /** Milliseconds since the epoch. */
  askedAt: z.number().int(),
  deadlineAt: z.number().int(),
});
export type AskRequest = z.infer<typeof AskRequest>;
