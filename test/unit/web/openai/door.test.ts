/** Who gets into /v1: keys, rates, pages of other sites; and what a stranger learns. */
import { afterEach, describe, expect, it } from 'vitest';
import { createRoomInMemory } from '#test/room-in-memory.ts';
import { type ApiKeys, parseApiKeys } from '../../../../web/openai/api-keys.ts';
import { createServer, type ServerOptions } from '../../../../web/server.ts';

const KEY = 'sk-canary-0123456789';
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function setUp(options: Partial<ServerOptions> = {}) {
  const server = await createServer({ parts: createRoomInMemory().parts, loopback: true, ...options });
  closers.push(() => server.close());
  return (headers: Record<string, string> = {}, method: 'GET' | 'OPTIONS' = 'GET', url = '/v1/models') =>
    server.inject({ method, url, headers: { host: '127.0.0.1:4646', ...headers } });
}
const keys = parseApiKeys(`${KEY}, another-key-of-mine`) as ApiKeys;
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe('parseApiKeys', () => {
  it('knows its keys and no others', () => {
    expect([KEY, 'another-key-of-mine', 'another-key', ''].map((key) => keys.nameOf(`Bearer ${key}`))).toEqual([
      'key 1',
      'key 2',
      undefined,
      undefined,
    ]);
    expect([keys.nameOf(undefined), keys.nameOf(KEY), keys.nameOf(`Basic ${KEY}`)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect([parseApiKeys(undefined), parseApiKeys(' , ')]).toEqual([undefined, undefined]);
  });

  it('refuses a key that could be guessed, without repeating it', () => {
    expect(() => parseApiKeys('sk-short')).toThrow(/API_KEYS.*at least 16/);
    expect(() => parseApiKeys('sk-short')).not.toThrow(/sk-short/);
  });
});

describe('the door of /v1', () => {
  it('is open on this machine without keys, and shut to others', async () => {
    expect((await (await setUp())()).statusCode).toBe(200);
    const shut = await (await setUp({ loopback: false }))();
    expect([shut.statusCode, shut.json()]).toMatchObject([401, { error: { code: 'api_key_needed' } }]);
  });

  it('asks for a key where keys are set, also on this machine', async () => {
    const get = await setUp({ door: { keys } });
    const statuses = [await get(), await get(bearer('wrong')), await get(bearer(KEY))].map((one) => one.statusCode);
    expect(statuses).toEqual([401, 401, 200]);
  });

  it('gives each key a rate of its own, and guesses theirs', async () => {
    const get = await setUp({ door: { keys, requestsPerMinute: 2 } });
    const tries = [bearer(KEY), bearer(KEY), bearer(KEY), bearer('another-key-of-mine')];
    const statuses: number[] = [];
    for (const headers of [...tries, {}, {}, {}]) statuses.push((await get(headers)).statusCode);
    expect(statuses).toEqual([200, 200, 429, 200, 401, 401, 429]);
    expect((await get(bearer(KEY))).headers).toMatchObject({ 'retry-after': '5', 'x-should-retry': 'true' });
  });

  it('answers no page of another site, unless its origin is listed', async () => {
    const origin = { origin: 'https://app.example' };
    const shut = await setUp({ door: { keys } });
    const refused = [await shut({ ...bearer(KEY), ...origin }), await shut(origin, 'OPTIONS')];
    expect(refused.map(({ statusCode }) => statusCode)).toEqual([403, 403]);
    expect(refused.flatMap(({ headers }) => Object.keys(headers)).join()).not.toContain('access-control');

    const open = await setUp({ door: { keys, origins: ['https://app.example'] } });
    const preflight = await open(origin, 'OPTIONS', '/v1/chat/completions');
    expect([preflight.statusCode, preflight.headers['access-control-allow-headers']]).toEqual([
      204,
      'authorization, content-type',
    ]);
    const reply = await open({ ...bearer(KEY), ...origin });
    expect([reply.statusCode, reply.headers['access-control-allow-origin']]).toEqual([200, 'https://app.example']);
    expect((await open(origin)).statusCode).toBe(401);
    expect((await open({ ...bearer(KEY), origin: 'https://other.example' })).statusCode).toBe(403);
  });

  it('has nothing else behind it, and says so in its own shape', async () => {
    const get = await setUp();
    const reply = await get({}, 'GET', '/v1/files');
    expect([reply.statusCode, reply.json()]).toEqual([
      404,
      {
        error: {
          message: 'There is nothing at this address.',
          type: 'invalid_request_error',
          param: null,
          code: 'not_found',
        },
      },
    ]);
  });
});
