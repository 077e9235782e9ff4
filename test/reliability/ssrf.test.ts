/**
 * Every way to make the fetcher connect where it should not, and what it connected to, seen at its sockets. Behind the
 * forbidden addresses on loopback a real server listens that nobody may reach.
 */
import { afterAll, beforeEach, expect, it, onTestFinished } from 'vitest';
import { createPictureFetcher, FETCH_LIMITS, type PictureFetcher } from '#images/fetch/fetcher.ts';
import type { Resolve } from '#images/fetch/guarded-connect.ts';
import { type Connections, watchConnections } from '#test/connections.ts';
import { type LoopbackServer, loopbackServer } from '#test/loopback-server.ts';
import { INTERNAL_ADDRESSES, INTERNAL_HOSTS, lookAlikes } from '#test/ssrf-vectors.ts';

const LIMITS = { ...FETCH_LIMITS, totalMs: 2_000, silenceMs: 1_000 };
const NAME = 'http://pictures.example.org';
const CDN = 'https://cdn.discordapp.com';

let vectors = 0;
let forbidden: LoopbackServer;
let listed: LoopbackServer;
let redirectTo = '/';
let connections: Connections;

beforeEach(async () => {
  forbidden = await loopbackServer((_, response) => response.end('secret'));
  listed = await loopbackServer(({ url }, response) => {
    if (url === '/picture') response.end('picture');
    else response.writeHead(302, { location: redirectTo }).end();
  });
  connections = watchConnections();
  return () => {
    connections.stop();
    const outside = connections.attempts.filter((attempt) => attempt !== `127.0.0.1 ${listed.port}`);
    expect({ outside, reached: forbidden.asked }).toEqual({ outside: [], reached: [] });
  };
});
afterAll(() => {
  console.log(`SSRF: ${vectors} vectors, 0 connections outside the list`);
  expect(vectors).toBeGreaterThanOrEqual(500);
});

const open = (resolve?: Resolve, more: readonly string[] = []): PictureFetcher => {
  const fetcher = createPictureFetcher({
    discordCdn: [CDN],
    imageOrigins: [listed.origin, NAME, ...more],
    limits: LIMITS,
    ...(resolve && { resolve }),
  });
  onTestFinished(() => fetcher.close());
  return fetcher;
};
/** No test asks a real name server. */
const nowhere: Resolve = (_, answer) => answer(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), []);
const to =
  (...addresses: readonly string[]): Resolve =>
  (_, answer) =>
    answer(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );

const text = async (bytes: Uint8Array) => Buffer.from(bytes).toString();
const codeOf = (fetcher: PictureFetcher, address: string): Promise<string> => {
  vectors += 1;
  return fetcher.fetch(address, text).catch((error: { code: string }) => error.code);
};
const REFUSED = 'image_address_refused';

it('fetches what is listed', async () => {
  expect(await open(nowhere).fetch(`${listed.origin}/picture`, text)).toBe('picture');
});

it('refuses internal addresses in every notation, asked for', async () => {
  const fetcher = open(nowhere);
  for (const host of INTERNAL_HOSTS) {
    expect([host, await codeOf(fetcher, `http://${host}:${forbidden.port}/`)]).toEqual([host, REFUSED]);
  }
});

it('refuses them when a listed place passes on to them', async () => {
  const fetcher = open(nowhere);
  for (const host of INTERNAL_HOSTS.filter((written) => /^[\x20-\x7e]+$/.test(written))) {
    redirectTo = `http://${host}:${forbidden.port}/`;
    expect([host, await codeOf(fetcher, `${listed.origin}/`)]).toEqual([host, REFUSED]);
  }
});

it('refuses listed names that resolve to them', async () => {
  for (const address of INTERNAL_ADDRESSES) {
    expect([address, await codeOf(open(to(address)), `${NAME}/`)]).toEqual([address, REFUSED]);
    expect([address, await codeOf(open(to(address)), `${CDN}/`)]).toEqual([address, REFUSED]);
  }
});

it('refuses what only looks listed, asked for and passed on to', async () => {
  const fetcher = open(nowhere);
  for (const address of lookAlikes(listed.origin, forbidden.port)) {
    expect([address, await codeOf(fetcher, address)]).toEqual([address, REFUSED]);
    // Without a scheme it is a path of the listed place itself.
    const passable = /^[\x21-\x7e]+$/.test(address) && !/^(picture|http:127)/.test(address) && address.length < 2_000;
    if (!passable) continue;
    redirectTo = address;
    expect([address, await codeOf(fetcher, `${listed.origin}/`)]).toEqual([address, REFUSED]);
  }
});

it('is not fooled by a name that resolves anew to something else', async () => {
  const origin = `http://pictures.localhost:${listed.port}`;
  for (const address of INTERNAL_ADDRESSES.filter((other) => !['127.0.0.1', '127.1.2.3', '::1'].includes(other))) {
    let asked = 0;
    const rebinding: Resolve = (hostname, answer) => {
      asked += 1;
      to(asked === 1 ? '127.0.0.1' : address)(hostname, answer);
    };
    const fetcher = open(rebinding, [origin]);
    expect(await codeOf(fetcher, `${origin}/picture`)).toBe('picture');
    expect(asked).toBe(1);
    await fetcher.close();
    const again = open(rebinding, [origin]);
    expect([address, await codeOf(again, `${origin}/picture`)]).toEqual([address, REFUSED]);
    // Several at once: only those that may be reached are tried.
    expect(await codeOf(open(to(address, '127.0.0.1', address), [origin]), `${origin}/picture`)).toBe('picture');
  }
});
