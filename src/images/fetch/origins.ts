/**
 * The list of places that pictures may be fetched from, and whether an address is on it.
 * @throws SightlineError `image_address_refused`
 */
import { SightlineError } from '#core/errors.ts';

/** Longer than any address Discord gives, with its signature. */
const ADDRESS_CHARACTERS = 2_048;
/** As much of a foreign name as a person needs to recognise it. */
const NAME_CHARACTERS = 80;

/** The address as a URL whose origin (scheme, host, port) is listed and which carries no name or password. */
export function listedUrl(address: string, origins: ReadonlySet<string>, base?: URL): URL {
  const url = address.length <= ADDRESS_CHARACTERS ? URL.parse(address, base) : null;
  if (!url) throw refusal('and that is no address');
  if (url.username !== '' || url.password !== '') throw refusal('and no address with a name or password');
  // The scheme by itself as well: the origin of "blob:https://a/b" is "https://a".
  if (!/^https?:$/.test(url.protocol) || !origins.has(url.origin)) {
    throw refusal(url.host.slice(0, NAME_CHARACTERS) || url.protocol.slice(0, -1));
  }
  return url;
}

export const refusal = (detail: string): SightlineError => new SightlineError('image_address_refused', { detail });
