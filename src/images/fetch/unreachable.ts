/** The error of a peer that does not give a picture; `detail` is read by people. */
import { SightlineError } from '#core/errors.ts';

export const unreachable = (detail: string): SightlineError => new SightlineError('image_unreachable', { detail });
