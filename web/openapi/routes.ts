/** `GET /openapi.json` and `GET /api`: what can be asked of the room, for programs and for people. */
import type { FastifyInstance } from 'fastify';
import packageJson from '../../package.json' with { type: 'json' };
import { openApiDocument } from './document.ts';
import { openApiPage } from './page.ts';

export async function openApiRoutes(room: FastifyInstance): Promise<void> {
  const document = openApiDocument(packageJson.version);
  const page = openApiPage(packageJson.version);
  room.get('/openapi.json', async () => document);
  room.get('/api', async (_request, reply) => reply.type('text/html; charset=utf-8').send(page));
}
