/**
 * Rate limits: a bucket per route and top-level resource, 50 requests a second over all, and the count of invalid requests.
 * They run on the machine's own time, as clients wait in it; moving the loopback's clock does not refill them.
 */
import { createHash } from 'node:crypto';

export interface Limit {
  readonly limit: number;
  readonly windowMs: number;
}

export interface Taken {
  readonly headers: Record<string, string>;
  /** Set when the request is over a limit. */
  readonly refused: { readonly retryAfterS: number; readonly scope: 'user' | 'global' | 'shared' } | null;
}

interface Bucket {
  used: number;
  endsMs: number;
  /** A reply about this window never reached the client, which so cannot know what is left of it. */
  replyLost: boolean;
}

export interface RateLimits {
  take(route: string, major: string, limit: Limit, exemptFromGlobal: boolean): Taken;
  /** An answer about this bucket was lost on its way. */
  lost(route: string, major: string): void;
  /** Whether a refusal here could have been avoided by a client that heard every reply. */
  couldKnow(route: string, major: string): boolean;
  /** Blocks a bucket, or everything, for a while: an injected 429. */
  block(route: string, major: string, forMs: number, scope: 'user' | 'global' | 'shared'): void;
}

const GLOBAL: Limit = { limit: 50, windowMs: 1000 };
/** Requests counted by a client in one second may arrive a little bunched: network and scheduling, no fault of the client. */
const GLOBAL_TOLERANCE_MS = 50;

const hash = (route: string) => createHash('sha256').update(route).digest('hex').slice(0, 32);
const seconds = (ms: number) => Math.max(0, Math.ceil(ms) / 1000);

export function createRateLimits(global: Limit = GLOBAL): RateLimits {
  const buckets = new Map<string, Bucket>();
  const blocks = new Map<string, { endsMs: number; scope: 'user' | 'global' | 'shared' }>();
  const everything: Bucket = { used: 0, endsMs: 0, replyLost: false };
  const keyOf = (route: string, major: string) => `${route}|${major}`;

  function open(bucket: Bucket, windowMs: number, nowMs: number): Bucket {
    if (nowMs < bucket.endsMs) return bucket;
    return Object.assign(bucket, { used: 0, endsMs: nowMs + windowMs, replyLost: false });
  }

  function bucketOf(route: string, major: string): Bucket {
    const key = keyOf(route, major);
    const bucket = buckets.get(key) ?? { used: 0, endsMs: 0, replyLost: false };
    buckets.set(key, bucket);
    return bucket;
  }

  return {
    take(route, major, { limit, windowMs }, exemptFromGlobal) {
      const nowMs = performance.now();
      const blocked = [blocks.get('*'), blocks.get(keyOf(route, major))].find((one) => one && one.endsMs > nowMs);
      const bucket = open(bucketOf(route, major), windowMs, nowMs);
      const headers = (): Record<string, string> => ({
        'X-RateLimit-Limit': String(limit),
        'X-RateLimit-Remaining': String(Math.max(0, limit - bucket.used)),
        'X-RateLimit-Reset': ((Date.now() + bucket.endsMs - nowMs) / 1000).toFixed(3),
        'X-RateLimit-Reset-After': seconds(bucket.endsMs - nowMs).toFixed(3),
        'X-RateLimit-Bucket': hash(route),
      });
      if (blocked && !(blocked.scope === 'global' && exemptFromGlobal)) {
        return { headers: headers(), refused: { retryAfterS: seconds(blocked.endsMs - nowMs), scope: blocked.scope } };
      }
      open(everything, global.windowMs - GLOBAL_TOLERANCE_MS, nowMs);
      if (!exemptFromGlobal && everything.used >= global.limit) {
        return { headers: {}, refused: { retryAfterS: seconds(everything.endsMs - nowMs), scope: 'global' } };
      }
      if (bucket.used >= limit) {
        return { headers: headers(), refused: { retryAfterS: seconds(bucket.endsMs - nowMs), scope: 'user' } };
      }
      bucket.used += 1;
      if (!exemptFromGlobal) everything.used += 1;
      return { headers: headers(), refused: null };
    },
    lost(route, major) {
      bucketOf(route, major).replyLost = true;
    },
    couldKnow: (route, major) => !bucketOf(route, major).replyLost,
    block(route, major, forMs, scope) {
      const key = scope === 'global' ? '*' : keyOf(route, major);
      blocks.set(key, { endsMs: performance.now() + forMs, scope });
    },
  };
}
