/** One peer at a time, on loopback, with limits of a few hundred milliseconds. */
import { expect, it, onTestFinished } from 'vitest';
import { createPictureFetcher, FETCH_LIMITS } from '#images/fetch/fetcher.ts';
import { type LoopbackServer, loopbackServer } from '#test/loopback-server.ts';

const QUICK = { ...FETCH_LIMITS, totalMs: 3_000, silenceMs: 400 };
const bytes = async (got: Uint8Array) => Buffer.from(got).toString();

const fetcherFor = (server: LoopbackServer, { signed = false, limits = QUICK } = {}) => {
  const fetcher = createPictureFetcher({
    discordCdn: signed ? [server.origin] : [],
    imageOrigins: signed ? [] : [server.origin],
    limits,
  });
  onTestFinished(() => fetcher.close());
  return (path: string, signal?: AbortSignal) => fetcher.fetch(server.origin + path, bytes, { signal });
};

it('brings the bytes and tells nothing about who asks', async () => {
  const server = await loopbackServer((request, response) => {
    response.setHeader('set-cookie', 'id=1');
    response.end(JSON.stringify(request.headers));
  });
  const fetch = fetcherFor(server);
  await fetch('/a');
  expect(JSON.parse(await fetch('/b?x=%20y'))).toEqual({
    host: `127.0.0.1:${server.port}`,
    connection: 'keep-alive',
    accept: 'image/*',
    'accept-encoding': 'identity',
    'user-agent': 'Sightline',
  });
  expect(server.asked).toEqual(['/a', '/b?x=%20y']);
});

it('follows a few redirects on the list, and no more', async () => {
  const server = await loopbackServer(({ url = '' }, response) => {
    const left = Number(url.slice(1));
    if (left === 0) response.end('here');
    else response.writeHead(302, { location: `/${left - 1}` }).end();
  });
  const fetch = fetcherFor(server);
  expect(await fetch('/3')).toBe('here');
  await expect(fetch('/4')).rejects.toMatchObject({ code: 'image_unreachable', detail: 'it is passed on too often' });
});

it.each([403, 404, 410])(
  'says of %i that a signed link has expired, of any other that it is not there',
  async (status) => {
    const server = await loopbackServer((_, response) => response.writeHead(status).end('no'));
    await expect(fetcherFor(server, { signed: true })('/')).rejects.toMatchObject({ code: 'image_link_expired' });
    await expect(fetcherFor(server)('/')).rejects.toMatchObject({
      code: 'image_unreachable',
      detail: `its server answers ${status}`,
    });
    expect(server.asked).toHaveLength(2);
  },
);

it.each([429, 500, 503])('asks again after %i, as long as the peer wants', async (status) => {
  const askedAt: number[] = [];
  const server = await loopbackServer((_, response) => {
    askedAt.push(performance.now());
    if (askedAt.length === 1) response.writeHead(status, { 'retry-after': '1' }).end();
    else response.end('now');
  });
  expect(await fetcherFor(server)('/')).toBe('now');
  expect((askedAt[1] ?? 0) - (askedAt[0] ?? 0)).toBeGreaterThan(990);
});

it('does not wait for a peer that wants an hour, nor ask more than three times', async () => {
  const hour = await loopbackServer((_, response) => response.writeHead(429, { 'retry-after': '3600' }).end());
  await expect(fetcherFor(hour)('/')).rejects.toMatchObject({ code: 'image_unreachable' });
  const broken = await loopbackServer((request) => request.socket.destroy());
  await expect(fetcherFor(broken)('/')).rejects.toMatchObject({ code: 'image_unreachable', detail: 'no connection' });
  expect([hour.asked.length, broken.asked.length]).toEqual([1, 3]);
});

it('refuses a length over the limit before the body, and an unsaid one at the limit', async () => {
  let sent = 0;
  const server = await loopbackServer(({ url }, response) => {
    if (url === '/said') response.writeHead(200, { 'content-length': 26 * 1024 * 1024 });
    const chunk = Buffer.alloc(256 * 1024);
    const more = () => {
      if (response.destroyed || sent > 100 * 1024 * 1024) return;
      sent += chunk.length;
      response.write(chunk, more);
    };
    more();
  });
  const fetch = fetcherFor(server);
  await expect(fetch('/said')).rejects.toMatchObject({ code: 'image_too_many_bytes' });
  expect(sent).toBeLessThan(8 * 1024 * 1024);
  await expect(fetch('/unsaid')).rejects.toMatchObject({ code: 'image_too_many_bytes' });
});

it('takes nothing compressed', async () => {
  const server = await loopbackServer((_, response) => response.writeHead(200, { 'content-encoding': 'br' }).end('x'));
  await expect(fetcherFor(server)('/')).rejects.toMatchObject({ detail: 'it came compressed' });
});

it('lets go when the asker leaves, and says nothing of a broken peer then', async () => {
  const server = await loopbackServer(() => {});
  const fetch = fetcherFor(server);
  const leave = new AbortController();
  const fetching = fetch('/', leave.signal);
  setTimeout(() => leave.abort(), 50);
  await expect(fetching).rejects.toMatchObject({ code: 'cancelled' });
  await expect(fetch('/', leave.signal)).rejects.toMatchObject({ code: 'cancelled' });
});

it('cuts the largest when too much comes at once', async () => {
  const server = await loopbackServer(({ url }, response) => {
    if (url === '/large') response.write(Buffer.alloc(900));
    else setTimeout(() => response.end(Buffer.alloc(200)), 100);
  });
  const fetch = fetcherFor(server, { limits: { ...QUICK, bytesInFlight: 1_000 } });
  const [large, small] = await Promise.allSettled([fetch('/large'), fetch('/small')]);
  expect(large).toMatchObject({ status: 'rejected', reason: { detail: 'too much at once' } });
  expect(small.status).toBe('fulfilled');
});
