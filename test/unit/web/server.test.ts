import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
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
    expect(room.asked).toEqual([]);
  });

  it('is limited in number, each client by itself', async () => {
    const statuses = await Promise.all(Array.from({ length: 40 }, () => ask({ sha256: SHA, question: 'Why?' })));
    const refused = statuses.filter(({ statusCode }) => statusCode === 429);
    expect(refused).toHaveLength(10);
    expect(refused[0]?.headers['retry-after']).toBe('5');
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

  it('takes JSON only, as a form of another site can send anything else', async () => {
    for (const [type, payload] of [
      ['text/plain', '{}'],
      ['application/json', '{'],
    ]) {
      const headers = { ...host, 'content-type': type };
      const reply = await server.inject({ method: 'POST', url: '/api/asks', ...(payload && { payload }), headers });
      expect(reply.json().error.code).toBe('bad_request');
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

describe('POST /api/images', () => {
  it('keeps a picture', async () => {
    const { statusCode, json } = await upload(Buffer.from('picture'));
    expect([statusCode, json()]).toEqual([201, { sha256: SHA, width: 4, height: 3 }]);
  });

  it('refuses an empty and a too large one', async () => {
    expect((await upload(Buffer.alloc(0))).json().error.code).toBe('empty_image');
    expect((await upload(Buffer.alloc(25 * 1024 * 1024 + 1))).json().error.code).toBe('image_too_many_bytes');
  });
});

describe('an ask', () => {
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
  const model = { id: 'a/b', revision: '1', description: '', license: '', limits: [], accuracy: {} };
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
