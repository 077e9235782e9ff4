/**
 * A picture as a program sends it, by data URL or by link, as a reference for the queue. A link is fetched by the worker, from
 * allowed origins only.
 * @throws SightlineError of the pictures' kind, `bad_request`, `redis_unavailable`
 */
import type { ImageRef } from '#core/ask.ts';
import { SightlineError } from '#core/errors.ts';
import { bytesFromDataUrl } from '#images/source.ts';
import type { RoomParts } from '../parts.ts';

export type StorePicture = RoomParts['storePicture'];

export const isDataUrl = (text: string): boolean => /^data:/i.test(text);

export async function pictureReference(url: string, storePicture: StorePicture): Promise<ImageRef> {
  if (isDataUrl(url)) {
    const { sha256 } = await storePicture(Buffer.from(bytesFromDataUrl(url)));
    return { kind: 'upload', sha256 };
  }
  const link = URL.parse(url);
  if (!link || !/^https?:$/.test(link.protocol)) {
    throw new SightlineError('bad_request', { detail: 'a picture is a data URL, or a link with http or https' });
  }
  return { kind: 'link', url: link.href };
}

/** One after another: each is megabytes while it is decoded. */
export async function pictureReferences(urls: readonly string[], storePicture: StorePicture): Promise<ImageRef[]> {
  const references: ImageRef[] = [];
  for (const url of urls) references.push(await pictureReference(url, storePicture));
  return references;
}
