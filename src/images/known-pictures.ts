/**
 * Which kept picture an attachment became: its lasting id -> the hash of its blob, so that no worker fetches and decodes a
 * known attachment again (DESIGN §3.7). Beside the blob store in Redis, `sightline:picture:<attachmentId>`, for as long as a
 * blob is kept; a blob that went earlier is fetched anew by whoever misses it.
 */
import type { Redis } from 'ioredis';
import { Sha256 } from '#core/ask.ts';
import { LIMITS } from '#core/limits.ts';
import { answered } from './redis-answer.ts';

export interface KnownPictures {
  /** @throws SightlineError `redis_unavailable` */
  find(attachmentId: string): Promise<string | undefined>;
  /** @throws SightlineError `redis_unavailable` */
  remember(attachmentId: string, sha256: string): Promise<void>;
}

const keyOf = (attachmentId: string): string => `sightline:picture:${attachmentId}`;

export function createKnownPictures(redis: Redis, ttlSeconds: number = LIMITS.uploadTtlSeconds): KnownPictures {
  return {
    async find(attachmentId) {
      // Reading renews, as it does for the blob.
      const sha256 = await answered(() => redis.getex(keyOf(attachmentId), 'EX', ttlSeconds));
      return Sha256.safeParse(sha256).data;
    },
    async remember(attachmentId, sha256) {
      await answered(() => redis.set(keyOf(attachmentId), sha256, 'EX', ttlSeconds));
    },
  };
}
