/**
 * From a reference to a picture that is kept: an upload is, a known attachment is, any other is fetched, decoded, re-encoded
 * within bounds as an upload would be, and kept. One worker fetches one picture once at a time, however many ask for it.
 * @throws SightlineError what the fetcher, `normaliseUpload` and the blob store throw
 */
import type { ImageRef } from '#core/ask.ts';
import { asSightlineError, SightlineError } from '#core/errors.ts';
import type { BlobStore } from '#images/blob-store.ts';
import type { PictureFetcher } from '#images/fetch/fetcher.ts';
import type { KnownPictures } from '#images/known-pictures.ts';
import { normaliseUpload } from '#images/upload.ts';
import { SingleFlight } from '#inference/single-flight.ts';

export interface KeptPicture {
  readonly sha256: string;
  /** Read when needed: an answer that is kept needs none. */
  readonly bytes: () => Promise<Uint8Array>;
}

export type OpenPicture = (image: ImageRef, signal: AbortSignal) => Promise<KeptPicture>;

interface PictureParts {
  readonly blobs: BlobStore;
  readonly known: KnownPictures;
  readonly fetcher: Pick<PictureFetcher, 'fetch'>;
}

type Fetched = Exclude<ImageRef, { kind: 'upload' }>;

export function picturesFrom({ blobs, known, fetcher }: PictureParts): OpenPicture {
  const flights = new SingleFlight<KeptPicture>();

  const fetchAndKeep = async (image: Fetched, signal: AbortSignal): Promise<KeptPicture> => {
    const upload = await firstOf(addressesOf(image), signal, (address) =>
      fetcher.fetch(address, (bytes) => normaliseUpload(bytes, { signal }), { signal }),
    );
    await blobs.put(upload);
    if (image.kind === 'discord') await known.remember(image.attachmentId, upload.sha256);
    return { sha256: upload.sha256, bytes: async () => upload.bytes };
  };
  const fetchOnce = (image: Fetched, signal: AbortSignal) =>
    flights.join(identityOf(image), (waiting) => fetchAndKeep(image, waiting), { signal });

  return async (image, signal) => {
    if (image.kind === 'upload') return { sha256: image.sha256, bytes: () => blobs.get(image.sha256) };
    const sha256 = image.kind === 'discord' ? await known.find(image.attachmentId) : undefined;
    if (sha256 === undefined) return fetchOnce(image, signal);
    const bytes = () =>
      blobs.get(sha256).catch(async (error) => {
        if (asSightlineError(error).code !== 'image_gone') throw error;
        return (await fetchOnce(image, signal)).bytes();
      });
    return { sha256, bytes };
  };
}

/** The signed address of an attachment changes, its id does not; a link has no other name. */
const identityOf = (image: Fetched): string => (image.kind === 'discord' ? image.attachmentId : image.url);

/** The smaller copy first; the original where there is none or it is of no use. */
const addressesOf = (image: Fetched): readonly string[] =>
  image.kind === 'discord' && image.rendition !== undefined ? [image.rendition, image.url] : [image.url];

/** What the first address that works gives, or what the last one says. */
async function firstOf<T>(
  addresses: readonly string[],
  signal: AbortSignal,
  get: (address: string) => Promise<T>,
): Promise<T> {
  let last: unknown;
  for (const address of addresses) {
    try {
      return await get(address);
    } catch (error) {
      if (signal.aborted) throw error;
      last = error;
    }
  }
  throw last ?? new SightlineError('no_image');
}
