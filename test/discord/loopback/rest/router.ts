/** Routes: a method and a path with `:names`, who may call it, and its rate limit. */

import type { World } from '../world/world.ts';
import type { UploadedFile } from './body.ts';
import type { Limit } from './rate-limits.ts';

export interface Call {
  readonly world: World;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly json: unknown;
  readonly files: readonly UploadedFile[];
}

export interface Reply {
  readonly status: number;
  readonly body?: object;
}

export interface Route {
  readonly method: string;
  readonly path: string;
  readonly handle: (call: Call) => Reply | Promise<Reply>;
  readonly limit: Limit;
  /** Interaction endpoints carry their token in the path, and stand outside the global limit. */
  readonly open: boolean;
}

export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
  /** The top-level resource that has a bucket of its own. */
  readonly major: string;
}

/** Discord publishes no numbers but tells them in headers; these are about what bots see, and clients must not count on them. */
const ORDINARY: Limit = { limit: 50, windowMs: 1000 };

export const route = (
  method: string,
  path: string,
  handle: Route['handle'],
  { limit = ORDINARY, open = false }: { limit?: Limit; open?: boolean } = {},
): Route => ({ method, path, handle, limit, open });

export const ok = (body: object): Reply => ({ status: 200, body });
export const done: Reply = { status: 204 };

/** The match, or what is wrong with the request: no such path, or no such method on it. */
export function createRouter(routes: readonly Route[]): (method: string, path: string) => Match | 404 | 405 {
  const compiled = routes.map((one) => ({
    one,
    pattern: new RegExp(`^${one.path.replaceAll(/:(\w+)/g, '(?<$1>[^/]+)')}$`),
  }));
  return (method, path) => {
    const found = compiled.filter(({ pattern }) => pattern.test(path));
    const match = found.find(({ one }) => one.method === method);
    if (!match) return found.length > 0 ? 405 : 404;
    const groups = match.pattern.exec(path)?.groups ?? {};
    const params = Object.fromEntries(Object.entries(groups).map(([key, value]) => [key, decodeURIComponent(value)]));
    const major = params.channel ?? params.guild ?? (params.token ? `${params.application}/${params.token}` : '');
    return { route: match.one, params, major };
  };
}
