/** `POST /v1/embeddings`: CLIP vectors of texts and pictures in one space, computed by a worker. */
import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { decodeVector, type EmbedInput } from '#core/embed.ts';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import type { RoomParts } from '../parts.ts';
import { untilClosing } from './closing.ts';
import { EmbeddingsBody, wantedOf } from './embeddings-body.ts';
import { checkModel } from './models-route.ts';
import { parseBody } from './parse-body.ts';
import { pictureReference } from './picture-source.ts';

export async function embeddingsRoute(api: FastifyInstance, { parts }: { parts: RoomParts }): Promise<void> {
  const whileOpen = untilClosing(api);
  api.post('/v1/embeddings', async (request) => {
    const body = parseBody(EmbeddingsBody, request.body);
    await checkModel(parts, body.model);
    const inputs: EmbedInput[] = [];
    for (const wanted of wantedOf(body)) {
      inputs.push(
        wanted.kind === 'text'
          ? wanted
          : { kind: 'picture', image: await pictureReference(wanted.url, parts.storePicture) },
      );
    }
    const deadlineAt = Date.now() + LIMITS.embedDeadlineMs;
    const outcome = await whileOpen(parts.embed({ id: randomUUID(), inputs, deadlineAt }));
    if (!outcome.ok) {
      throw new SightlineError(outcome.code, outcome.detail === undefined ? {} : { detail: outcome.detail });
    }
    const written = (vector: string) => (body.encoding_format === 'base64' ? vector : [...decodeVector(vector)]);
    return {
      object: 'list',
      data: outcome.vectors.map((vector, index) => ({ object: 'embedding', index, embedding: written(vector) })),
      // Another one where captions are ranked by a model of their own.
      model: outcome.modelId,
      // Workers do not count the tokens of what they embed.
      usage: { prompt_tokens: 0, total_tokens: 0 },
    };
  });
}
