/** What only a real connection shows: bytes that are no request, and the end of the server. */
import { type AddressInfo, connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRoomInMemory } from '#test/room-in-memory.ts';
import { createServer } from '../../../web/server.ts';

let server: FastifyInstance;
let port: number;
beforeEach(async () => {
  server = await createServer({ parts: createRoomInMemory().parts, loopback: true });
  await server.listen({ host: '127.0.0.1', port: 0 });
  port = (server.server.address() as AddressInfo).port;
});
afterEach(() => server.close());

async function send(bytes: string): Promise<{ status: number; body: { error: { code: string; message: string } } }> {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  let reply = '';
  for await (const chunk of socket.setEncoding('utf8')) reply += chunk;
  const [head = '', body = ''] = reply.split('\r\n\r\n');
  expect(head.toLowerCase()).toContain('x-content-type-options: nosniff');
  return { status: Number(head.split(' ')[1]), body: JSON.parse(body) };
}

const REST = 'Host: 127.0.0.1\r\nConnection: close\r\n\r\n';

it.each([
  ['no HTTP', 'rubbish\r\n\r\n', 400, 'bad_request'],
  ['a method that is none', `FETCH / HTTP/1.1\r\n${REST}`, 400, 'bad_request'],
  ['headers without end', `GET / HTTP/1.1\r\nA: ${'a'.repeat(20_000)}\r\n${REST}`, 400, 'bad_request'],
  ['an address that cannot be read', `GET /%zz HTTP/1.1\r\n${REST}`, 400, 'bad_request'],
  ['an id without end', `GET /api/asks/${'a'.repeat(200)}/events HTTP/1.1\r\n${REST}`, 404, 'not_found'],
  ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 403, 'foreign_origin'],
  ['a method that is not for this', `PUT / HTTP/1.1\r\n${REST}`, 404, 'not_found'],
])('answers %s in the shape of every error', async (_what, bytes, status, code) => {
  expect(await send(bytes)).toEqual({
    status,
    body: { error: { code, message: expect.any(String), retry: false } },
  });
});

it('ends soon although an upload is still coming in', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('POST /api/images HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n');
  const trickle = setInterval(() => socket.write('x'.repeat(1_000)), 10);
  await new Promise((done) => setTimeout(done, 100));
  // By the end of our side, or of a write into it.
  const gone = new Promise((done) => socket.once('close', done));
  await server.close();
  await gone;
  clearInterval(trickle);
});
