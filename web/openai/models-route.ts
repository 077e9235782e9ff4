/** `GET /v1/models` and `GET /v1/models/:id`: the one model that the workers of this room run. */
import type { FastifyInstance } from 'fastify';
import { SightlineError } from '#core/errors.ts';
import type { RoomParts } from '../parts.ts';

type Facts = Pick<RoomParts, 'modelFacts'>;

/** @throws SightlineError `model_unknown` */
export async function checkModel(parts: Facts, asked: string): Promise<string> {
  const { id } = await parts.modelFacts();
  if (asked !== id) throw new SightlineError('model_unknown', { detail: asked.slice(0, 100) });
  return id;
}

/** When it was made is not known; clients want a number. */
const described = (id: string) => ({ id, object: 'model', created: 0, owned_by: 'sightline' });

export async function modelsRoute(api: FastifyInstance, { parts }: { parts: Facts }): Promise<void> {
  api.get('/v1/models', async () => ({ object: 'list', data: [described((await parts.modelFacts()).id)] }));

  // A name may hold slashes.
  api.get<{ Params: { '*': string } }>('/v1/models/*', async (request) =>
    described(await checkModel(parts, request.params['*'])),
  );
}
