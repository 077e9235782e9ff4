/**
 * The picture that an assistant names: a path, a data URL, or bytes as base64. Paths lead to regular files only, and below the
 * given roots where there are any; nothing is fetched from the network.
 * @throws SightlineError of the pictures' kind, `image_not_found`, `image_address_refused`
 */
import { realpath, stat } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { SightlineError } from '#core/errors.ts';
import { openPicture, type Picture } from '#images/picture.ts';
import { sha256Of } from '#images/sha256.ts';
import { bytesFromDataUrl, bytesFromFile } from '#images/source.ts';

export interface GivenPicture {
  readonly sha256: string;
  readonly picture: Picture;
}

/** Longer than any path: it can only be bytes. */
const PATH_CHARACTERS = 4_096;
/** A picture of one pixel has more. */
const BASE64 = /^[A-Za-z0-9+/_-]{40,}={0,2}$/;

export async function givenPicture(image: string, roots: readonly string[]): Promise<GivenPicture> {
  const bytes = await bytesOf(image, roots);
  return { sha256: sha256Of(bytes), picture: await openPicture(bytes) };
}

async function bytesOf(image: string, roots: readonly string[]): Promise<Uint8Array> {
  if (/^data:/i.test(image)) return bytesFromDataUrl(image);
  if (/^https?:/i.test(image))
    throw new SightlineError('image_address_refused', { detail: 'links are not followed here' });
  if (image.length <= PATH_CHARACTERS) {
    const path = await existing(image, roots);
    if (path !== undefined) return fileBytes(path);
  }
  const packed = image.replace(/\s+/g, '');
  if (BASE64.test(packed)) return bytesFromDataUrl(`data:;base64,${packed}`);
  throw new SightlineError('image_not_found', { detail: image.slice(0, 200) });
}

/** The real path, once it is known to be below a root. */
export async function existing(path: string, roots: readonly string[]): Promise<string | undefined> {
  const real = await realpath(resolve(path)).catch(() => undefined);
  if (real === undefined || roots.length === 0) return real;
  const allowed = await Promise.all(roots.map((root) => realpath(resolve(root)).catch(() => undefined)));
  const below = (root: string | undefined) =>
    root !== undefined && (real === root || real.startsWith(root.endsWith(sep) ? root : root + sep));
  if (allowed.some(below)) return real;
  throw new SightlineError('image_address_refused', { detail: `${path} is outside of what --root allows` });
}

/** Of a pipe or a device nobody knows when it ends. */
export async function fileBytes(path: string): Promise<Uint8Array> {
  const stats = await stat(path);
  if (!stats.isFile()) throw new SightlineError('image_not_found', { detail: `${path} (no file)` });
  return bytesFromFile(path);
}
