import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createRoomInMemory } from '#test/room-in-memory.ts';
import { createServer } from '../../../web/server.ts';

const room = createRoomInMemory();
let server: FastifyInstance;
let id: string;
beforeEach(async () => {
  server = await createServer({ parts: room.parts, loopback: true, trustProxy: ['loopback'] });
  id = await room.parts.askIds.make(Date.now());
});
afterEach(() => server.close());

const open = async (client: number) => {
  const headers = { host: '127.0.0.1:4646', 'x-forwarded-for': `203.0.113.${client}` };
  return (await server.inject({ url: `/api/asks/${id}/events`, headers })).statusCode;
};
const openMany = (client: number, count: number) => Array.from({ length: count }, () => open(client));

it('of one client are bounded, and leave room for others', async () => {
  const letIn = [...openMany(1, 40), open(2)];
  expect(await open(1)).toBe(429);
  // They end with the server.
  await server.close();
  expect(new Set(await Promise.all(letIn))).toEqual(new Set([200]));
});

it('are bounded altogether', async () => {
  const letIn = Array.from({ length: 25 }, (_, client) => openMany(client, 40)).flat();
  expect(await open(100)).toBe(429);
  await server.close();
  expect(new Set(await Promise.all(letIn))).toEqual(new Set([200]));
});
