/**
 * An ask before it has an id, a deadline and an address: what commands, buttons and mentions come down to. It is remembered until
 * its answer is old, for the buttons under it, and so it is a schema.
 */
import { z } from 'zod';
import { AskRequest, ImageRef, Turn } from '#core/ask.ts';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { CaptionStyle } from '#store/settings.ts';
import type { Found } from './pictures/find.ts';
import { Skipped } from './pictures/skipped.ts';

/** How an answer is shown: the same answer looks different under `/alt` and under `/rank`. */
export const Showing = z.enum(['answer', 'caption', 'alt', 'read', 'where', 'storyboard', 'rank', 'look']);
export type Showing = z.infer<typeof Showing>;

export const AskPlan = AskRequest.pick({ task: true, question: true, captions: true, detail: true, draw: true }).extend(
  {
    showing: Showing,
    /** In the order asked. */
    pictures: z.array(ImageRef).min(1).max(LIMITS.picturesPerAsk),
    skipped: z.array(Skipped),
    conversation: z.array(Turn),
    style: CaptionStyle.optional(),
    /** Whose pictures they are and where, when they are somebody else's: who may want to be asked first. */
    of: z.object({ authorId: z.string(), channelId: z.string(), messageId: z.string() }).optional(),
    /** What the person typed, to be shown above the answer where others cannot see it. */
    quoted: z.string().optional(),
    /** Discord itself does not say who asked: after a form. */
    nameAsker: z.boolean().optional(),
    /** The message that was asked about, where the reply does not stand under it. */
    about: z.object({ guildId: z.string().optional(), channelId: z.string(), messageId: z.string() }).optional(),
  },
);
export type AskPlan = z.infer<typeof AskPlan>;

/** More in one answer is more than anyone reads; a storyboard's captions are short. */
export const PICTURES_PER_ANSWER = 4;

/**
 * The first pictures of those found, and what is left out.
 * @throws SightlineError `no_image`; `not_an_image`, `image_address_refused` when there was something else
 */
export function chosen(
  { pictures, skipped }: Found,
  most: number = PICTURES_PER_ANSWER,
): Pick<AskPlan, 'pictures' | 'skipped'> {
  if (pictures.length === 0) {
    const [first] = skipped;
    if (!first) throw new SightlineError('no_image');
    throw new SightlineError(first.reason === 'link' ? 'image_address_refused' : 'not_an_image');
  }
  const surplus = pictures.slice(most).map(() => ({ reason: 'too_many', name: '' }) as const);
  return { pictures: pictures.slice(0, most), skipped: [...skipped, ...surplus] };
}
