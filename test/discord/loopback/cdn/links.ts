/** Attachment links as Discord signs them: `ex` and `is` in hex seconds, `hm` over both. They work for 24 hours; a fetched message has fresh ones. */
import { createHmac } from 'node:crypto';
import type { World } from '../world/world.ts';

const LIFE_S = 24 * 60 * 60;
const hex = (seconds: number) => Math.floor(seconds).toString(16);

const signature = (path: string, ex: string, is: string): string =>
  createHmac('sha256', 'loopback-cdn').update(`${path}?${ex}&${is}`).digest('hex');

/** The query of a link issued now; it ends in `&`, as Discord's do. */
export function signedQuery(world: World, path: string): string {
  const nowS = world.clock.nowMs() / 1000;
  const is = hex(nowS);
  const ex = hex(nowS + LIFE_S);
  return `?ex=${ex}&is=${is}&hm=${signature(path, ex, is)}&`;
}

export function isValid(world: World, path: string, query: URLSearchParams): boolean {
  const ex = query.get('ex') ?? '';
  const is = query.get('is') ?? '';
  return query.get('hm') === signature(path, ex, is) && Number.parseInt(ex, 16) * 1000 > world.clock.nowMs();
}
