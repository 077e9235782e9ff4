/** The pictures of the message that a message menu was opened on. Discord sends it whole: no intent is needed. */
import { SightlineError } from '#core/errors.ts';
import { ownerOf } from '../consent/owner.ts';
import type { CommandInput } from '../discord/interaction.ts';
import { type Found, type Places, picturesOf } from '../pictures/find.ts';
import type { AskPlan } from '../plan.ts';

/** Whose they are, unless their own; an app has nobody to ask. */
export function targetOwner({ target, scene }: CommandInput): Pick<AskPlan, 'of'> {
  return target ? ownerOf(target, scene.userId) : {};
}

/** @throws SightlineError `message_deleted` */
export function targetPictures({ target }: CommandInput, places: Places): Found {
  if (!target) throw new SightlineError('message_deleted');
  return picturesOf(target, places);
}
