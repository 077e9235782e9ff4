/**
 * What is asked: one question about one picture, by reference.
 * Everything here crosses Redis, so it is parsed on both sides; it holds ids and references only.
 */
import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { Task } from './task.ts';

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'Expected 64 hexadecimal digits');

/** Where the picture lies. Workers fetch a `discord` one and find an `upload` in the blob store (DESIGN §3.12). */
export const ImageRef = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('upload'), sha256: Sha256 }),
  z.object({
    kind: z.literal('discord'),
    channelId: z.string(),
    messageId: z.string(),
    attachmentId: z.string(),
    url: z.url(),
  }),
]);
export type ImageRef = z.infer<typeof ImageRef>;

export const Surface = z.enum(['web', 'cli', 'bot']);
export type Surface = z.infer<typeof Surface>;

export const Turn = z.object({ question: z.string(), answer: z.string() });
export type Turn = z.infer<typeof Turn>;

export const RequestId = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/, 'Expected 8 to 64 letters, digits, - or _');

export const AskRequest = z.object({
  id: RequestId,
  surface: Surface,
  task: Task,
  /** As the person typed it; empty unless the task is a free question. */
  question: z.string().max(LIMITS.questionCharacters),
  image: ImageRef,
  conversation: z.array(Turn).max(LIMITS.conversationTurns),
  /** Where the answer goes, opaque to all but the surface that asked. */
  replyTo: z.string().max(200),
  locale: z.string().max(20),
  /** Milliseconds since the epoch. */
  askedAt: z.number().int(),
  deadlineAt: z.number().int(),
});
export type AskRequest = z.infer<typeof AskRequest>;
