/** Pictures by reference without Redis or network: a map of addresses, and what was fetched from it. */

import type { ImageRef } from '#core/ask.ts';
import { SightlineError } from '#core/errors.ts';
import { createMemoryBlobStore } from '#images/blob-store.ts';
import type { PictureFetcher } from '#images/fetch/fetcher.ts';
import type { KnownPictures } from '#images/known-pictures.ts';

export const discordRef = (attachmentId: string, rendition?: string): Extract<ImageRef, { kind: 'discord' }> => ({
  kind: 'discord',
  channelId: '1',
  messageId: '2',
  attachmentId,
  url: `https://cdn.example/${attachmentId}`,
  ...(rendition !== undefined && { rendition }),
});

/** @param places what lies at each address; nothing there is `image_link_expired` */
export function keptPictures(places: Readonly<Record<string, Uint8Array>>) {
  const fetched: string[] = [];
  const remembered = new Map<string, string>();
  const known: KnownPictures = {
    find: async (id) => remembered.get(id),
    remember: async (id, sha256) => void remembered.set(id, sha256),
  };
  const fetcher: Pick<PictureFetcher, 'fetch'> = {
    async fetch(address, use) {
      fetched.push(address);
      await new Promise((done) => setTimeout(done, 5));
      const bytes = places[address];
      if (!bytes) throw new SightlineError('image_link_expired');
      return use(bytes);
    },
  };
  return { blobs: createMemoryBlobStore(), known, fetcher, fetched, remembered };
}
