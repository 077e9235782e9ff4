/** A token bucket per client: `burst` at once, then `perSecond`. Remembers a bounded number of clients. */
import { LRUCache } from 'lru-cache';

/** Clients remembered; one that is forgotten starts with a full bucket. */
const CLIENTS = 10_000;

export interface RateLimit {
  /** Takes one token; false when the client has none left. */
  take(client: string): boolean;
}

export function createRateLimit(
  { burst, perSecond }: { burst: number; perSecond: number },
  nowMs: () => number = () => performance.now(),
): RateLimit {
  const buckets = new LRUCache<string, { tokens: number; filledAtMs: number }>({ max: CLIENTS });
  return {
    take(client) {
      const now = nowMs();
      const bucket = buckets.get(client) ?? { tokens: burst, filledAtMs: now };
      const refilled = ((now - bucket.filledAtMs) / 1000) * perSecond;
      const tokens = Math.min(burst, bucket.tokens + refilled);
      const allowed = tokens >= 1;
      buckets.set(client, { tokens: allowed ? tokens - 1 : tokens, filledAtMs: now });
      return allowed;
    },
  };
}
