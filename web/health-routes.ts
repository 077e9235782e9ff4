/** For operators: `/healthz` (the process runs), `/readyz` (it can take asks), `/metrics`; for the page: `/api/model`. */
import type { FastifyInstance } from 'fastify';
import type { RoomParts } from './parts.ts';

export async function healthRoutes(room: FastifyInstance, { parts }: { parts: RoomParts }): Promise<void> {
  room.get('/healthz', async () => ({ alive: true }));

  // Without a worker the room still takes asks, which wait: that is told, and is not a reason to take it out of service.
  room.get('/readyz', async (_request, reply) => {
    const { redis, workers, waiting } = parts.pulse();
    return reply.code(redis ? 200 : 503).send({ ready: redis, redis, workers, waiting });
  });

  room.get('/metrics', async (_request, reply) => {
    parts.metrics.waiting.set(parts.pulse().waiting);
    await countWorkers(parts);
    return reply.type(parts.metrics.registry.contentType).send(await parts.metrics.registry.metrics());
  });

  room.get('/api/model', () => parts.modelFacts());
}

/** A Redis that is silent leaves the rest of the metrics to be read. */
async function countWorkers({ metrics: { devices }, workers }: RoomParts): Promise<void> {
  const served = await workers().catch(() => []);
  devices.reset();
  for (const { id, device } of served.flat()) {
    const fallback = device.warning === undefined ? 'no' : 'yes';
    devices.inc({ model: id, device: device.name, dtype: device.dtype, fallback });
  }
}
