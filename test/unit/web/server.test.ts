import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SightlineError } from '#core/errors.ts';
import { createRoomInMemory, SHA } from '#test/room-in-memory.ts';
import type { RoomParts } from '../../../web/parts.ts';
import { createServer } from '../../../web/server.ts';

let room: ReturnType<typeof createRoomInMemory>;
let server: FastifyInstance;
beforeEach(async () => {
  room = createRoomInMemory();
  server = await createServer({ parts: room.parts, loopback: true });
});
afterEach(() => server.close());

const host = { host: '127.0.0.1:4646' };
const ask = (payload: object, headers: object = {}) =>
  server.inject({ method: 'POST', url: '/api/asks', payload, headers: { ...host, ...headers } });
const upload = (payload: Buffer) => server.inject({ method: 'POST', url: '/api/images', payload, headers: host });

describe('a request', () => {
  it('is answered with the headers that keep a page to itself', async () => {
    const { headers, statusCode } = await server.inject({ url: '/', headers: host });
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers['content-security-policy']).not.toContain('unsafe');
  });

  it.each(['/../package.json', '/%2e%2e/server.ts', '/..%2fserver.ts', '/samples/%2e%2e/%2e%2e/main.ts', '/nothing'])(
    'finds nothing at %s',
    async (url) => {
      const { statusCode, body } = await server.inject({ url, headers: host });
      expect([statusCode, body.includes('import')]).toEqual([404, false]);
    },
  );

  it('by another name is refused on loopback', async () => {
    const { statusCode, json } = await server.inject({ url: '/', headers: { host: 'evil.example' } });
    expect([statusCode, json()]).toMatchObject([403, { error: { code: 'foreign_origin', retry: false } }]);
  });

  it('of another site cannot ask, cancel or upload', async () => {
    const origin = { origin: 'https://evil.example' };
    expect((await ask({ sha256: SHA, question: 'Why?' }, origin)).statusCode).toBe(403);
    const id = await room.parts.askIds.make(Date.now());
    const headers = { ...host, ...origin };
    const cancel = await server.inject({ method: 'DELETE', url: `/api/asks/${id}`, headers });
    const kept = vi.spyOn(room.parts, 'storePicture');
    const upload = await server.inject({ method: 'POST', url: '/api/images', headers, payload: Buffer.from('bytes') });
    expect([cancel.statusCode, upload.statusCode]).toEqual([403, 403]);
    expect([room.asked, room.cancelled, kept.mock.calls]).toEqual([[], [], []]);
  });

  it('is limited in number, each client by itself', async () => {
    const statuses = await Promise.all(Array.from({ length: 40 }, () => ask({ sha256: SHA, question: 'Why?' })));
    const refused = statuses.filter(({ statusCode }) => statusCode === 429);
    expect(refused).toHaveLength(10);
    expect(refused[0]?.headers['retry-after']).toBe('5');
  });
});

describe('behind a proxy', () => {
  const asks = async (options: { trustProxy?: string[] }) => {
    const other = await createServer({ parts: room.parts, loopback: false, ...options });
    const statuses = await Promise.all(
      Array.from({ length: 40 }, (_, client) =>
        other.inject({
          method: 'POST',
          url: '/api/asks',
          payload: { sha256: SHA, question: 'Why?' },
          headers: { host: 'room.example', 'x-forwarded-for': `203.0.113.${client}` },
        }),
      ),
    );
    await other.close();
    return statuses.filter(({ statusCode }) => statusCode === 429).length;
  };

  it('each person is limited alone when the proxy is trusted, and nobody can pretend when it is not', async () => {
    expect(await asks({ trustProxy: ['loopback'] })).toBe(0);
    expect(await asks({ trustProxy: ['10.0.0.0/8'] })).toBe(10);
    expect(await asks({})).toBe(10);
  });
});

describe('POST /api/asks', () => {
  it('asks and says by which id to follow it', async () => {
    const { statusCode, json } = await ask({ sha256: SHA, question: 'What is this?' });
    expect(statusCode).toBe(202);
    expect(json()).toEqual({ id: room.asked[0]?.id });
  });

  it.each([
    [400, 'no_image', {}],
    [400, 'no_question', { sha256: SHA }],
  ])('answers %i %s', async (status, code, body) => {
    const { statusCode, json } = await ask(body);
    expect([statusCode, json().error.code]).toEqual([status, code]);
  });

  it('goes behind others the more asks of the same client are under way, whether it follows them or not', async () => {
    const priorities: number[] = [];
    const { ask: keep } = room.parts;
    room.parts.ask = async (request, options) => {
      priorities.push(options.priority);
      await keep(request, options);
    };
    for (let count = 0; count < 3; count += 1) await ask({ sha256: SHA, question: 'Why?' });
    for (const { id } of room.asked) await room.outcomes.put(id, { ok: false, code: 'internal' });
    await ask({ sha256: SHA, question: 'Why?' });
    room.parts.ask = async (_, options) => {
      priorities.push(options.priority);
      throw new SightlineError('queue_full');
    };
    await ask({ sha256: SHA, question: 'Why?' });
    await ask({ sha256: SHA, question: 'Why?' });
    expect(priorities).toEqual([0, 1, 2, 0, 1, 1]);
  });

  it('takes JSON only, as a form of another site can send anything else', async () => {
    for (const [type, payload, status, code] of [
      ['text/plain', '{}', 415, 'not_json'],
      ['application/json', '{', 400, 'bad_request'],
    ] as const) {
      const headers = { ...host, 'content-type': type };
      const reply = await server.inject({ method: 'POST', url: '/api/asks', payload, headers });
      expect([reply.statusCode, reply.json().error.code]).toEqual([status, code]);
    }
  });

  it('tells that Redis is gone', async () => {
    room.parts.ask = async () => {
      throw new SightlineError('redis_unavailable');
    };
    const { statusCode, json } = await ask({ sha256: SHA, question: 'Why?' });
    expect([statusCode, json().error.retry]).toEqual([503, true]);
  });
});

describe('GET /api/images', () => {
  it('gives back what is kept, as the picture it is, and says what is not', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    room.parts.picture = async (sha256) => {
      if (sha256 === SHA) return png;
      throw new SightlineError('image_gone');
    };
    const get = (sha256: string) => server.inject({ url: `/api/images/${sha256}`, headers: host });
    const { statusCode, headers, rawPayload } = await get(SHA);
    expect([statusCode, headers['content-type'], rawPayload]).toEqual([200, 'image/png', png]);
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect((await get('b'.repeat(64))).json().error.code).toBe('image_gone');
    expect((await get('cat.png')).json().error.code).toBe('not_found');
  });
});

describe('POST /api/images', () => {
  it('keeps a picture', async () => {
    const { statusCode, json } = await upload(Buffer.from('picture'));
    expect([statusCode, json()]).toEqual([201, { sha256: SHA, width: 4, height: 3 }]);
  });

  it('leaves room for others while one client uploads', async () => {
    const release = Promise.withResolvers<void>();
    room.parts.storePicture = async () => {
      await release.promise;
      return { sha256: SHA, width: 1, height: 1 };
    };
    const by = (remoteAddress: string) =>
      server.inject({ method: 'POST', url: '/api/images', payload: 'picture', headers: host, remoteAddress });
    const held = Array.from({ length: 3 }, () => by('10.0.0.1'));
    await new Promise((done) => setTimeout(done, 50));
    expect((await by('10.0.0.1')).statusCode).toBe(429);
    const other = by('10.0.0.2');
    release.resolve();
    expect((await Promise.all([...held, other])).map(({ statusCode }) => statusCode)).toEqual([201, 201, 201, 201]);
    expect((await by('10.0.0.1')).statusCode).toBe(201);
  });

  it('refuses an empty and a too large one', async () => {
    expect((await upload(Buffer.alloc(0))).json().error.code).toBe('empty_image');
    expect((await upload(Buffer.alloc(25 * 1024 * 1024 + 1))).json().error.code).toBe('image_too_many_bytes');
  });
});

describe('an ask', () => {
  it('that was invented is not found, and nothing is written for it', async () => {
    const written: string[] = [];
    room.parts.outcomes.put = async (id, outcome) => {
      written.push(id);
      return outcome;
    };
    const url = `/api/asks/web-00000000-${'A'.repeat(22)}-${'A'.repeat(22)}`;
    for (const [method, path] of [
      ['GET', `${url}/events`],
      ['DELETE', url],
    ] as const) {
      const { statusCode, json } = await server.inject({ method, url: path, headers: host });
      expect([statusCode, json().error.code]).toEqual([404, 'not_found']);
    }
    expect([written, room.cancelled]).toEqual([[], []]);
  });

  it('that was never made is not found, one that is cancelled ends as cancelled', async () => {
    const { json } = await ask({ sha256: SHA, question: 'What is this?' });
    const { id } = json();
    expect((await server.inject({ method: 'DELETE', url: '/api/asks/x', headers: host })).statusCode).toBe(404);
    expect((await server.inject({ method: 'DELETE', url: `/api/asks/${id}`, headers: host })).statusCode).toBe(204);
    expect(room.cancelled).toEqual([id]);
    const { body, headers } = await server.inject({ url: `/api/asks/${id}/events`, headers: host });
    expect(headers['content-type']).toContain('text/event-stream');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).toContain('event: outcome\ndata: {"ok":false,"error":{"code":"cancelled"');
  });
});

it('says whether it lives and whether it can take asks', async () => {
  const get = async (url: string) => (await server.inject({ url, headers: host })).statusCode;
  expect(await Promise.all(['/healthz', '/readyz', '/metrics'].map(get))).toEqual([200, 200, 200]);
  room.pulse.redis = false;
  expect(await Promise.all(['/healthz', '/readyz'].map(get))).toEqual([200, 503]);
});

it('counts workers by model and device, tells a fall-back, and reads the other metrics when Redis is silent', async () => {
  const model = { id: 'a/b', revision: '1', description: '', license: '', limits: [], measured: [] };
  const device = { name: 'cpu', dtype: 'q8', threads: 1, runtime: '' };
  const fallen = { ...device, warning: 'running on cpu, as cuda failed' };
  const metrics = async (workers: RoomParts['workers']) => {
    const other = await createServer({ parts: { ...room.parts, workers }, loopback: true });
    const { body } = await other.inject({ url: '/metrics', headers: host });
    await other.close();
    return body;
  };
  const body = await metrics(async () => [
    [{ ...model, device }],
    [
      { ...model, device },
      { ...model, device: fallen },
    ],
  ]);
  expect(body).toContain('sightline_workers{model="a/b",device="cpu",dtype="q8",fallback="no"} 2');
  expect(body).toContain('sightline_workers{model="a/b",device="cpu",dtype="q8",fallback="yes"} 1');
  const silent = await metrics(() => Promise.reject(new Error('silent')));
  expect(silent).not.toContain('sightline_workers{');
  expect(silent).toContain('sightline_queue_waiting');
});
