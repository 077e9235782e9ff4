/**
 * Where uploads wait for their worker and for follow-up questions: under their content hash, for a bounded time and in
 * bounded number. The port and its implementation in memory; the one in Redis stands beside it.
 */
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { sha256Of } from './sha256.ts';

export interface Blob {
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

export interface BlobStore {
  /** Keeps the blob, the oldest making room; kept already, its time starts anew. */
  put(blob: Blob): Promise<void>;
  /**
   * The bytes, checked against their hash; reading renews their time.
   * @throws SightlineError `image_gone`, `redis_unavailable`
   */
  get(sha256: string): Promise<Uint8Array>;
}

export interface BlobLimits {
  readonly ttlSeconds: number;
  readonly count: number;
  readonly bytes: number;
}

export const BLOB_LIMITS: BlobLimits = {
  ttlSeconds: LIMITS.uploadTtlSeconds,
  count: LIMITS.uploadsKept,
  bytes: LIMITS.uploadBytesKept,
};

export function checkedBlob(sha256: string, bytes: Uint8Array | null | undefined): Uint8Array {
  if (!bytes || sha256Of(bytes) !== sha256) throw new SightlineError('image_gone');
  return bytes;
}

export function createMemoryBlobStore(limits: BlobLimits = BLOB_LIMITS, now: () => number = Date.now): BlobStore {
  // A Map iterates in order of insertion: deleting before setting keeps the least recently used first.
  const kept = new Map<string, { bytes: Uint8Array; expiresAt: number }>();
  const keep = (sha256: string, bytes: Uint8Array) => {
    kept.delete(sha256);
    kept.set(sha256, { bytes, expiresAt: now() + limits.ttlSeconds * 1000 });
  };
  const total = () => [...kept.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
  return {
    async put({ sha256, bytes }) {
      keep(sha256, bytes);
      for (const [key, { expiresAt }] of kept) {
        const surplus = kept.size > limits.count || (total() > limits.bytes && kept.size > 1);
        if (!surplus && expiresAt > now()) break;
        kept.delete(key);
      }
    },
    async get(sha256) {
      const entry = kept.get(sha256);
      const bytes = checkedBlob(sha256, entry && entry.expiresAt > now() ? entry.bytes : undefined);
      keep(sha256, bytes);
      return bytes;
    },
  };
}
