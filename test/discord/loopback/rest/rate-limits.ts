/**
 * Rate limits: a bucket per route and top-level resource, 50 requests a second over all, and the count of invalid requests.
 * They run on the machine's own time, as clients wait in it; moving the loopback's clock does not refill them.
 */
import { createHash } from 'node:crypto';

export interface Limit {
  readonly limit: number;
  readonly windowMs: number;
}

export type Scope = 'user' | 'global' | 'shared';

export interface Taken {
  readonly headers: Record<string, string>;
  /** Set when the request is over a limit; `knowing` if the client had heard of it before it asked. */
  readonly refused: { readonly retryAfterS: number; readonly scope: Scope; readonly knowing: boolean } | null;
  /** To be called once the reply is on its way to the client, so not when it is lost. */
  told(): void;
}

interface Bucket {
  used: number;
  endsMs: number;
  /** When the client was told that nothing is left of it. */
  toldMs: number;
}

export interface RateLimits {
  take(asked: { route: string; major: string; limit: Limit; exemptFromGlobal: boolean; arrivedMs: number }): Taken;
  /** A new client has been told nothing yet. */
  forgetTold(): void;
  /** Shuts a bucket, or everything, for a while: a 429 on demand, true as long as it lasts. */
  block(asked: { route: string; major: string; forMs: number; scope: Scope }): void;
}

const GLOBAL: Limit = { limit: 50, windowMs: 1000 };
/** Requests counted by a client in one second may arrive a little bunched: network and scheduling, no fault of the client. */
const GLOBAL_TOLERANCE_MS = 50;

/** A request under way when its client was told is no disregard of it; on a busy machine that takes a while. */
const UNDER_WAY_MS = 250;

const hash = (route: string) => createHash('sha256').update(route).digest('hex').slice(0, 32);
const seconds = (ms: number) => Math.max(0, Math.ceil(ms)) / 1000;
const fresh = (): Bucket => ({ used: 0, endsMs: 0, toldMs: Number.POSITIVE_INFINITY });

export function createRateLimits(global: Limit = GLOBAL): RateLimits {
  const buckets = new Map<string, Bucket>();
  /** Shut on demand: by bucket for `shared`, all for `global`. */
  const blocks = new Map<string, Bucket & { scope: Scope }>();
  const everything = fresh();
  const keyOf = (route: string, major: string) => `${route}|${major}`;

  function open(bucket: Bucket, windowMs: number, nowMs: number): Bucket {
    return nowMs < bucket.endsMs ? bucket : Object.assign(bucket, fresh(), { endsMs: nowMs + windowMs });
  }

  function bucketOf(route: string, major: string): Bucket {
    const key = keyOf(route, major);
    const bucket = buckets.get(key) ?? fresh();
    buckets.set(key, bucket);
    return bucket;
  }

  function headersOf(route: string, limit: number, bucket: Bucket, nowMs: number): Record<string, string> {
    return {
      'X-RateLimit-Limit': String(limit),
      'X-RateLimit-Remaining': String(Math.max(0, limit - bucket.used)),
      'X-RateLimit-Reset': ((Date.now() + bucket.endsMs - nowMs) / 1000).toFixed(3),
      'X-RateLimit-Reset-After': seconds(bucket.endsMs - nowMs).toFixed(3),
      'X-RateLimit-Bucket': hash(route),
    };
  }

  const tell = (bucket: Bucket) => {
    bucket.toldMs = Math.min(bucket.toldMs, performance.now());
  };

  return {
    take({ route, major, limit: { limit, windowMs }, exemptFromGlobal, arrivedMs }) {
      const nowMs = performance.now();
      const bucket = open(bucketOf(route, major), windowMs, nowMs);
      const refuse = (shut: Bucket, scope: Scope, headers: Record<string, string>, knowing: boolean): Taken => ({
        headers,
        refused: { retryAfterS: seconds(shut.endsMs - nowMs), scope, knowing },
        told: () => tell(shut),
      });
      const knew = ({ toldMs }: Bucket) => arrivedMs - toldMs > UNDER_WAY_MS;
      const blocked = [exemptFromGlobal ? undefined : blocks.get('*'), blocks.get(keyOf(route, major))].find(
        (one) => one !== undefined && one.endsMs > nowMs,
      );
      if (blocked) return refuse(blocked, blocked.scope, headersOf(route, limit, bucket, nowMs), knew(blocked));
      open(everything, global.windowMs - GLOBAL_TOLERANCE_MS, nowMs);
      // Everyone knows the global limit without being told.
      if (!exemptFromGlobal && everything.used >= global.limit) return refuse(everything, 'global', {}, true);
      if (bucket.used >= limit) return refuse(bucket, 'user', headersOf(route, limit, bucket, nowMs), knew(bucket));
      bucket.used += 1;
      if (!exemptFromGlobal) everything.used += 1;
      const told = () => {
        if (bucket.used >= limit) tell(bucket);
      };
      return { headers: headersOf(route, limit, bucket, nowMs), refused: null, told };
    },
    forgetTold() {
      for (const bucket of [everything, ...buckets.values(), ...blocks.values()]) bucket.toldMs = fresh().toldMs;
    },
    block({ route, major, forMs, scope }) {
      const endsMs = performance.now() + forMs;
      if (scope === 'user') Object.assign(bucketOf(route, major), fresh(), { used: Number.MAX_SAFE_INTEGER, endsMs });
      else blocks.set(scope === 'global' ? '*' : keyOf(route, major), { ...fresh(), endsMs, scope });
    },
  };
}
