/** A thing that was not looked at, and why; said in the answer, so that nobody wonders. */
import { z } from 'zod';

export const SkipReason = z.enum([
  /** More pictures than one ask looks at. */
  'too_many',
  'video',
  'audio',
  'file',
  /** A Lottie sticker: an animation drawn by a program. */
  'lottie',
  /** A link to somewhere that is not on the list of IMAGE_ORIGINS. */
  'link',
]);
export type SkipReason = z.infer<typeof SkipReason>;

export const Skipped = z.object({ reason: SkipReason, name: z.string() });
export type Skipped = z.infer<typeof Skipped>;
