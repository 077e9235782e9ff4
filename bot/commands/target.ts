/** The pictures of the message that a message menu was opened on. Discord sends it whole: no intent is needed. */
import { SightlineError } from '#core/errors.ts';
import type { CommandInput } from '../discord/interaction.ts';
import { type Found, type Places, picturesOf } from '../pictures/find.ts';

/** @throws SightlineError `message_deleted` */
export function targetPictures({ target }: CommandInput, places: Places): Found {
  if (!target) throw new SightlineError('message_deleted');
  return picturesOf(target, places);
}
