/** The API's front door: faults, authorisation, limits, then the route; what it answers carries Discord's headers and shapes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { RestFaults } from '../faults/rest-faults.ts';
import type { World } from '../world/world.ts';
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
}

const refusal = (name: RefusalName): Reply => {
  const { status, body } = new Refusal(name);
  return { status, body };
};

function limited({ headers, refused }: Taken & { refused: object }): Answer {
  const { retryAfterS, scope } = refused as NonNullable<Taken['refused']>;
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
  };
}

function write(response: ServerResponse, { status, body, headers }: Answer): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    ...headers,
    ...(body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }),
  });
  response.end(text);
}

export function createRest({ world, routes, limits, ledger, faults, banAfterInvalid }: RestOptions) {
  const find = createRouter(routes);

  async function run({ route, params }: Match, request: IncomingMessage, url: URL, bytes: Buffer): Promise<Reply> {
    try {
      const { json, files } = await parseBody(bytes, request.headers['content-type'] ?? '');
      return await route.handle({ world, params, query: url.searchParams, json, files });
    } catch (error) {
      if (error instanceof Refusal) return { status: error.status, body: error.body };
      throw error;
    }
  }

  function admitted(match: Match, request: IncomingMessage): boolean {
    return match.route.open || request.headers.authorization === `Bot ${world.application.token}`;
  }

  /** The reply, and whether the request was looked at in earnest (so that a lost reply hides something). */
  async function answer(match: Match, request: IncomingMessage, url: URL, bytes: Buffer): Promise<Answer> {
    if (!admitted(match, request)) return { ...refusal('unauthorized'), headers: {} };
    const { route, major } = match;
    const name = `${route.method} ${route.path}`;
    const taken = limits.take(name, major, route.limit, route.open);
    if (taken.refused) {
      ledger.recordOver(limits.couldKnow(name, major));
      return limited({ ...taken, refused: taken.refused });
    }
    return { ...(await run(match, request, url, bytes)), headers: taken.headers };
  }

  /** A 429 on demand: the bucket, or everything, is then really shut for as long as it says. */
  function inject(match: Match, fault: 'limit-bucket' | 'limit-global' | 'limit-shared', forMs: number): Answer {
    const scope = ({ 'limit-bucket': 'user', 'limit-global': 'global', 'limit-shared': 'shared' } as const)[fault];
    const name = `${match.route.method} ${match.route.path}`;
    limits.block(name, match.major, forMs, scope);
    return limited({ headers: {}, refused: { retryAfterS: forMs / 1000, scope } });
  }

  function settle(request: IncomingMessage, path: string, { status, headers }: Answer, injected: boolean): void {
    ledger.record({ method: request.method ?? '', path, status, injected });
    const shared = headers['X-RateLimit-Scope'] === 'shared';
    if (status === 401 || status === 403 || (status === 429 && !shared)) ledger.recordInvalid(injected);
  }

  return async function serve(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const path = url.pathname.replace(/^\/api\/v10/, '');
    const method = request.method ?? 'GET';
    if (ledger.invalidLately() >= banAfterInvalid) {
      response.writeHead(429, { 'Content-Type': 'text/html', 'Retry-After': '3600' }).end('<h1>error code: 1015</h1>');
      return;
    }
    const bytes = await readBytes(request).catch((error: unknown) => error);
    const match = find(method, path);
    const decided = match === 404 || match === 405 ? null : faults.decide(`${method} ${path}`);
    const fault = decided?.fault ?? null;
    if (fault === 'slow') await wait(decided?.forMs);
    if (fault === 'drop-before') {
      request.socket.destroy();
      return;
    }
    const reply = await decide();
    settle(request, path, reply, fault !== null && reply.status >= 429);
    if (fault !== 'drop-after' && fault !== 'server-error-after') return write(response, reply);
    if (typeof match === 'object') limits.lost(`${match.route.method} ${match.route.path}`, match.major);
    if (fault === 'drop-after') request.socket.destroy();
    else write(response, { status: 502, headers: {}, body: { message: '502: Bad Gateway', code: 0 } });

    async function decide(): Promise<Answer> {
      if (bytes instanceof Refusal) return { status: bytes.status, body: bytes.body, headers: {} };
      if (!Buffer.isBuffer(bytes)) throw bytes;
      if (match === 404) return { ...refusal('notFound'), headers: {} };
      if (match === 405) return { ...refusal('methodNotAllowed'), headers: {} };
      if (fault === 'server-error') return { status: 502, headers: {}, body: { message: '502: Bad Gateway', code: 0 } };
      if (fault === 'limit-bucket' || fault === 'limit-global' || fault === 'limit-shared') {
        return inject(match, fault, decided?.forMs ?? 0);
      }
      return await answer(match, request, url, bytes);
    }
  };
}
