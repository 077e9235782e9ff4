/** What may go wrong with a request, on demand or by seeded chance; each fault that happened is counted. */
import { createRandom, pick } from './random.ts';

export type RestFault =
  /** 429 of the route's bucket, of everything, or of the resource whoever asks. */
  | 'limit-bucket'
  | 'limit-global'
  | 'limit-shared'
  /** 502 before anything happened. */
  | 'server-error'
  /** 502 although it happened. */
  | 'server-error-after'
  /** The connection breaks before the request is looked at. */
  | 'drop-before'
  /** It happened, and the reply is lost. */
  | 'drop-after'
  | 'slow';

export interface RestFaultPlan {
  readonly fault: RestFault;
  /** `POST /channels/123/messages`: method, a space and the path without `/api/v10`. */
  readonly match: RegExp;
  readonly times: number;
  /** How long a limit lasts, or a slow reply takes. */
  readonly forMs: number;
}

export interface RestFaults {
  readonly happened: Record<RestFault, number>;
  next(fault: RestFault, match: RegExp, options?: { times?: number; forMs?: number }): void;
  /** From now on, each request that matches suffers by chance. */
  byChance(
    seed: number,
    chances: Partial<Record<RestFault, number>>,
    options?: { match?: RegExp; forMs?: number },
  ): void;
  calm(): void;
  decide(request: string): { readonly fault: RestFault; readonly forMs: number } | null;
}

/** Long enough to be a wait, short enough for a test. */
const DEFAULT_FOR_MS = 300;

export function createRestFaults(): RestFaults {
  const happened = {
    'limit-bucket': 0,
    'limit-global': 0,
    'limit-shared': 0,
    'server-error': 0,
    'server-error-after': 0,
    'drop-before': 0,
    'drop-after': 0,
    slow: 0,
  };
  let planned: { fault: RestFault; match: RegExp; left: number; forMs: number }[] = [];
  let chance: ((request: string) => { fault: RestFault; forMs: number } | null) | null = null;
  return {
    happened,
    next(fault, match, { times = 1, forMs = DEFAULT_FOR_MS } = {}) {
      planned.push({ fault, match, left: times, forMs });
    },
    byChance(seed, chances, { match = /./, forMs = DEFAULT_FOR_MS } = {}) {
      const random = createRandom(seed);
      chance = (request) => {
        const fault = match.test(request) ? pick(random, chances) : null;
        return fault && { fault, forMs };
      };
    },
    calm() {
      planned = [];
      chance = null;
    },
    decide(request) {
      const plan = planned.find(({ match, left }) => left > 0 && match.test(request));
      if (plan) plan.left -= 1;
      const decided = plan ?? chance?.(request) ?? null;
      if (decided) happened[decided.fault] += 1;
      return decided;
    },
  };
}
