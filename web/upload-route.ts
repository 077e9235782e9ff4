/** `POST /api/images`, the body being the picture's bytes: normalised, kept, and answered with its hash and size. */
import type { FastifyInstance } from 'fastify';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import type { RoomParts } from './parts.ts';
import { readBody } from './read-body.ts';

/** 25 MB each in memory, and as many again while they are decoded. */
const UPLOADS_AT_ONCE = 8;
/** So that one client cannot hold all of them; the page sends one at a time. */
const UPLOADS_PER_CLIENT = 3;

const PICTURE = {
  maxBytes: LIMITS.imageBytes,
  tooLarge: () =>
    new SightlineError('image_too_many_bytes', { detail: `at most ${Math.round(LIMITS.imageBytes / 1024 ** 2)} MB` }),
  graceMs: 6_000,
  // A weak mobile uplink brings four times as much.
  minBytesPerSecond: 16 * 1024,
};

export async function uploadRoute(room: FastifyInstance, { parts }: { parts: RoomParts }): Promise<void> {
  const uploads: string[] = [];
  // What the bytes claim to be is not asked: they are sniffed.
  room.removeAllContentTypeParsers();
  room.addContentTypeParser('*', (_request, body, done) => done(null, body));

  room.post('/api/images', async (request, reply) => {
    const ofClient = uploads.filter((client) => client === request.ip).length;
    if (uploads.length >= UPLOADS_AT_ONCE || ofClient >= UPLOADS_PER_CLIENT) {
      throw new SightlineError('too_many_requests');
    }
    uploads.push(request.ip);
    try {
      const bytes = await readBody(request.raw, PICTURE);
      if (bytes.length === 0) throw new SightlineError('empty_image');
      return await reply.code(201).send(await parts.storePicture(bytes));
    } finally {
      uploads.splice(uploads.indexOf(request.ip), 1);
    }
  });
}
