/** Licences that let everybody use a model for anything; all others are for a person to read first. */
import { SightlineError } from '#core/errors.ts';

const FREE = new Set([
  'apache-2.0',
  'mit',
  'bsd',
  'bsd-2-clause',
  'bsd-3-clause',
  'cc0-1.0',
  'cc-by-4.0',
  'unlicense',
  'isc',
]);

export const isFreeLicence = (licence: string | undefined): boolean => FREE.has((licence ?? '').toLowerCase());

/** @throws SightlineError `hub_licence_restricted` */
export function checkLicence(id: string, licence: string | undefined, accepted: boolean): void {
  if (accepted || isFreeLicence(licence)) return;
  throw new SightlineError('hub_licence_restricted', { detail: `${id}: ${licence ?? 'the hub states none'}` });
}
