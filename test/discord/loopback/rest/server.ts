/** The API's front door: faults, authorisation, limits, then the route; what it answers carries Discord's headers and shapes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { RestFaults } from '../faults/rest-faults.ts';
import { the, type World } from '../world/world.ts';
import { parseBody, readBytes } from './body.ts';
import type { Ledger } from './ledger.ts';
import type { RateLimits, Taken } from './rate-limits.ts';
import { Refusal, type RefusalName } from './refusal.ts';
import { createRouter, type Match, type Reply, type Route } from './router.ts';

export interface RestOptions {
  readonly world: World;
  readonly routes: readonly Route[];
  readonly limits: RateLimits;
  readonly ledger: Ledger;
  readonly faults: RestFaults;
  /** Invalid requests in 10 minutes before the address is shut out; Discord's is 10,000. */
  readonly banAfterInvalid: number;
}

interface Answer extends Reply {
  readonly headers: Record<string, string>;
  /** Once the reply is on its way. */
  readonly told?: () => void;
  /** Over a limit that the client could not know of. */
  readonly unknowing?: boolean;
}

const LIMITS = { 'limit-bucket': 'user', 'limit-global': 'global', 'limit-shared': 'shared' } as const;
const BAD_GATEWAY: Answer = { status: 502, headers: {}, body: { message: '502: Bad Gateway', code: 0 } };

function refusal(name: RefusalName): Answer {
  const { status, body } = new Refusal(name);
  return { status, body, headers: {} };
}

function limited({ headers, told }: Taken, { retryAfterS, scope }: NonNullable<Taken['refused']>): Answer {
  return {
    status: 429,
    headers: {
      ...headers,
      'Retry-After': String(retryAfterS),
      'X-RateLimit-Scope': scope,
      ...(scope === 'global' ? { 'X-RateLimit-Global': 'true' } : {}),
    },
    body: {
      message: scope === 'shared' ? 'The resource is being rate limited.' : 'You are being rate limited.',
      retry_after: retryAfterS,
      global: scope === 'global',
    },
    told,
  };
}

function write(response: ServerResponse, { status, body, headers, told }: Answer): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    ...(body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
  });
  response.end(text);
  told?.();
}

/** One request on its way through the door. */
interface Visit {
  readonly request: IncomingMessage;
  readonly url: URL;
  readonly bytes: Buffer;
  readonly arrivedMs: number;
}

export function createRest({ world, routes, limits, ledger, faults, banAfterInvalid }: RestOptions) {
  const find = createRouter(routes);

  async function run({ route, params }: Match, { request, url, bytes }: Visit): Promise<Reply> {
    try {
      const { json, files } = await parseBody(bytes, request.headers['content-type'] ?? '');
      return await route.handle({ world, params, query: url.searchParams, json, files });
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: error.body };
      throw error;
    }
  }

  function take({ route, major }: Match, arrivedMs: number): Taken {
    const name = `${route.method} ${route.path}`;
    return limits.take({ route: name, major, limit: route.limit, exemptFromGlobal: route.open, arrivedMs });
  }

  async function answer(match: Match, visit: Visit): Promise<Answer> {
    const admitted = match.route.open || visit.request.headers.authorization === `Bot ${world.application.token}`;
    if (!admitted) return refusal('unauthorized');
    const taken = take(match, visit.arrivedMs);
    if (!taken.refused) return { ...(await run(match, visit)), headers: taken.headers, told: taken.told };
    ledger.recordOver(taken.refused.knowing);
    return { ...limited(taken, taken.refused), unknowing: !taken.refused.knowing };
  }

  /** A 429 on demand: the bucket, the resource or everything is then really shut for as long as it says. */
  function inject(match: Match, fault: keyof typeof LIMITS, forMs: number): Answer {
    const { route, major } = match;
    // Interaction endpoints stand outside the global limit: there it is their own bucket that is shut.
    const scope = route.open && fault === 'limit-global' ? 'user' : LIMITS[fault];
    limits.block({ route: `${route.method} ${route.path}`, major, forMs, scope });
    const taken = take(match, 0);
    return limited(taken, the(taken.refused, 'limit just set'));
  }

  function settle({ request, url }: Visit, { status, headers, unknowing }: Answer, injected: boolean): void {
    ledger.record({ method: request.method ?? '', path: pathOf(url), status, injected });
    const shared = headers['X-RateLimit-Scope'] === 'shared';
    if (status === 401 || status === 403 || (status === 429 && !shared)) ledger.recordInvalid(!injected && !unknowing);
  }

  return async function serve(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const arrivedMs = performance.now();
    if (ledger.invalidLately() >= banAfterInvalid) {
      response.writeHead(429, { 'Content-Type': 'text/html', 'Retry-After': '3600' }).end('<h1>error code: 1015</h1>');
      return;
    }
    const bytes = await readBytes(request);
    const visit = { request, url, bytes: bytes ?? Buffer.alloc(0), arrivedMs };
    const match = find(request.method ?? 'GET', pathOf(url));
    if (match === 404 || match === 405 || bytes === null) {
      const name = bytes === null ? 'tooLarge' : match === 404 ? 'notFound' : 'methodNotAllowed';
      settle(visit, refusal(name), false);
      write(response, refusal(name));
      return;
    }
    // The first thing a client asks; what another was told, it cannot know.
    if (match.route.path === '/gateway/bot') limits.forgetTold();
    const { fault, forMs } = faults.decide(`${request.method} ${pathOf(url)}`) ?? { fault: null, forMs: 0 };
    if (fault === 'slow') await wait(forMs);
    if (fault === 'drop-before') {
      request.socket.destroy();
      return;
    }
    const injected =
      fault === 'server-error'
        ? BAD_GATEWAY
        : fault && fault in LIMITS
          ? inject(match, fault as keyof typeof LIMITS, forMs)
          : null;
    const reply = injected ?? (await answer(match, visit));
    settle(visit, reply, injected !== null);
    if (fault === 'drop-after') request.socket.destroy();
    else write(response, fault === 'server-error-after' ? BAD_GATEWAY : reply);
  };
}

const pathOf = (url: URL): string => url.pathname.replace(/^\/api\/v10/, '');
