/**
 * Search over a folder of pictures by a text or another picture: every vector is compared, nothing is approximated. Vectors are
 * kept by path, size and time of change, so that a second search reads only what is new.
 * @throws SightlineError `image_not_found`, `bad_request` for a folder that is too large
 */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { asSightlineError, SightlineError } from '#core/errors.ts';
import { openPicture, type Picture } from '#images/picture.ts';
import type { LocalModel } from '../local-model.ts';
import { fileBytes } from './picture.ts';

export interface Found {
  readonly path: string;
  /** Cosine of the two vectors, from -1 to 1. */
  readonly score: number;
}

export interface SearchResult {
  readonly found: readonly Found[];
  readonly searched: number;
  readonly skipped: readonly { readonly path: string; readonly reason: string }[];
}

export interface SearchOptions {
  readonly folder: string;
  readonly query: string | Picture;
  readonly limit: number;
  readonly recursive: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Half a minute of one small model on one core, at some 15 ms each. */
export const MOST_PICTURES = 2_000;
const VECTORS_KEPT = 20_000;
/** As many as the engine gains by. */
const BATCH = 8;
const SKIPPED_NAMED = 20;
const PICTURE_NAME = /\.(jpe?g|png|webp|gif|avif)$/i;

export type Search = (options: SearchOptions) => Promise<SearchResult>;

export function createSearch(model: () => Promise<Pick<LocalModel, 'embed'>>, mostPictures = MOST_PICTURES): Search {
  const vectors = new LRUCache<string, Float32Array>({ max: VECTORS_KEPT });

  const embedMissing = async (missing: readonly Entry[]): Promise<SearchResult['skipped']> => {
    const opened: { key: string; picture: Picture }[] = [];
    const skipped: { path: string; reason: string }[] = [];
    for (const { path, key } of missing) {
      try {
        opened.push({ key, picture: await openPicture(await fileBytes(path)) });
      } catch (error) {
        skipped.push({ path, reason: asSightlineError(error).message });
      }
    }
    if (opened.length === 0) return skipped;
    const embedded = await (await model()).embed(opened.map(({ picture }) => picture));
    opened.forEach(({ key }, index) => {
      vectors.set(key, embedded[index] as Float32Array);
    });
    return skipped;
  };

  return async ({ folder, query, limit, recursive, signal, onProgress }) => {
    const entries = await picturesIn(folder, recursive, mostPictures);
    const missing = entries.filter(({ key }) => !vectors.has(key));
    const skipped: { path: string; reason: string }[] = [];
    for (let from = 0; from < missing.length; from += BATCH) {
      signal?.throwIfAborted();
      skipped.push(...(await embedMissing(missing.slice(from, from + BATCH))));
      onProgress?.(Math.min(from + BATCH, missing.length), missing.length);
    }
    const [wanted] = await (await model()).embed([query]);
    const found = entries
      .flatMap(({ path, key }) => {
        const vector = vectors.get(key);
        return vector && wanted ? [{ path, score: dot(vector, wanted) }] : [];
      })
      .sort((a, b) => b.score - a.score);
    return { found: found.slice(0, limit), searched: found.length, skipped: skipped.slice(0, SKIPPED_NAMED) };
  };
}

interface Entry {
  readonly path: string;
  /** Changes with the file. */
  readonly key: string;
}

async function picturesIn(folder: string, recursive: boolean, most: number): Promise<readonly Entry[]> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true, recursive }).catch((cause: unknown) => {
    throw new SightlineError('image_not_found', { detail: `${folder} (no folder)`, cause });
  });
  // Links are not followed: they could lead anywhere.
  const named = entries.filter((entry) => entry.isFile() && PICTURE_NAME.test(entry.name));
  if (named.length > most) {
    const detail = `${folder} holds ${named.length} pictures, at most ${most} are searched; name a folder below it`;
    throw new SightlineError('bad_request', { detail });
  }
  return Promise.all(
    named.map(async ({ parentPath, name }) => {
      const path = join(parentPath, name);
      const { size, mtimeMs } = await stat(path);
      return { path, key: `${path}\0${size}\0${mtimeMs}` };
    }),
  );
}

const dot = (a: Float32Array, b: Float32Array): number => a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
