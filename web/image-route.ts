/**
 * `GET /api/images/:sha256`: a picture as it is kept for its questions, for the page that was reloaded. Who knows the hash of a
 * picture has seen the picture, or was told it in answer to an upload.
 */
import type { FastifyInstance } from 'fastify';
import { Sha256 } from '#core/ask.ts';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { sniffImage } from '#images/sniff.ts';
import type { RoomParts } from './parts.ts';

export async function imageRoute(room: FastifyInstance, { parts }: { parts: RoomParts }): Promise<void> {
  room.get<{ Params: { sha256: string } }>('/api/images/:sha256', async (request, reply) => {
    const { data: sha256 } = Sha256.safeParse(request.params.sha256);
    if (sha256 === undefined) throw new SightlineError('not_found');
    const bytes = await parts.picture(sha256);
    return reply
      .type(`image/${sniffImage(bytes)}`)
      .header('cache-control', `private, max-age=${LIMITS.uploadTtlSeconds}, immutable`)
      .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  });
}
