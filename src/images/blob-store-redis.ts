/**
 * The blob store in Redis: `sightline:blob:<sha256>` holds the bytes; two indexes beside them, by time and by size, tell
 * what to drop. Needs Redis 6.2 (GETEX).
 */
import type { Redis } from 'ioredis';
import { BLOB_LIMITS, type BlobLimits, type BlobStore, checkedBlob } from './blob-store.ts';
import { answered } from './redis-answer.ts';

const PREFIX = 'sightline:blob:';
const BY_TIME = 'sightline:blobs:time';
const BY_SIZE = 'sightline:blobs:size';

/** In ms, by Redis' own clock, as those of the processes differ. */
const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
`;

/**
 * Keeps one blob and drops what has expired or is too much, oldest first, in one step: two writers cannot both count.
 * KEYS: time index (sorted set), size index (hash). ARGV: prefix, hash, bytes, TTL s, most blobs, most bytes.
 */
const PUT = `${NOW}
local prefix, hash, bytes = ARGV[1], ARGV[2], ARGV[3]
local ttl, count, size = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
redis.call('SET', prefix .. hash, bytes, 'EX', ttl)
redis.call('ZADD', KEYS[1], now, hash)
redis.call('HSET', KEYS[2], hash, #bytes)
local total = 0
for _, length in ipairs(redis.call('HVALS', KEYS[2])) do total = total + tonumber(length) end
local kept = redis.call('ZCARD', KEYS[1])
for _, old in ipairs(redis.call('ZRANGE', KEYS[1], 0, -1)) do
  local expired = tonumber(redis.call('ZSCORE', KEYS[1], old)) <= now - ttl * 1000
  if not (expired or kept > count or total > size) then break end
  if old ~= hash then
    redis.call('DEL', prefix .. old)
    redis.call('ZREM', KEYS[1], old)
    total = total - tonumber(redis.call('HGET', KEYS[2], old) or 0)
    redis.call('HDEL', KEYS[2], old)
    kept = kept - 1
  end
end
`;

/** Notes that a blob was used; what was dropped is not listed again. KEYS: time index. ARGV: hash. */
const TOUCH = `${NOW}
redis.call('ZADD', KEYS[1], 'XX', now, ARGV[1])
`;

export function createRedisBlobStore(redis: Redis, limits: BlobLimits = BLOB_LIMITS): BlobStore {
  const { ttlSeconds, count, bytes: size } = limits;
  return {
    async put({ sha256, bytes }) {
      // A view, not a copy: ioredis writes Buffers only.
      const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      await answered(() => redis.eval(PUT, 2, BY_TIME, BY_SIZE, PREFIX, sha256, value, ttlSeconds, count, size));
    },
    async get(sha256) {
      // Side by side, as somebody waits.
      const [bytes] = await answered(() =>
        Promise.all([redis.getexBuffer(PREFIX + sha256, 'EX', ttlSeconds), redis.eval(TOUCH, 1, BY_TIME, sha256)]),
      );
      return checkedBlob(sha256, bytes);
    },
  };
}
