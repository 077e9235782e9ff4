/**
 * Who may use /v1: a program with a key, or, where no keys are set, any on this machine. Pages of other sites only when
 * their origin is listed. Each key has a rate of its own; who has none shares that of their address.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { SightlineError } from '#core/errors.ts';
import { sameOrigin } from '../origin.ts';
import { createRateLimit, type RateLimit } from '../rate-limit.ts';
import type { ApiKeys } from './api-keys.ts';

export interface DoorOptions {
  readonly keys?: ApiKeys | undefined;
  /** The room is reachable from this machine only. */
  readonly loopback: boolean;
  /** Origins of pages that may call. */
  readonly origins?: readonly string[];
  readonly requestsPerMinute?: number;
}

const REQUESTS_PER_MINUTE = 120;

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is counted: a key or an address. */
    client: string;
  }
}

export function guardDoor(api: FastifyInstance, options: DoorOptions): void {
  const { keys, loopback, origins = [], requestsPerMinute = REQUESTS_PER_MINUTE } = options;
  const rateLimit: RateLimit = createRateLimit({ burst: requestsPerMinute, perSecond: requestsPerMinute / 60 });
  const listed = (request: FastifyRequest) => origins.includes(request.headers.origin ?? '');

  const clientOf = (request: FastifyRequest): string | undefined => {
    if (keys) return keys.nameOf(request.headers.authorization);
    return loopback ? request.ip : undefined;
  };

  api.decorateRequest('client', '');
  api.addHook('onRequest', async (request, reply) => {
    if (listed(request)) {
      reply.headers({
        'access-control-allow-origin': request.headers.origin,
        'cross-origin-resource-policy': 'cross-origin',
        vary: 'origin',
      });
      // The question whether a page may ask comes without a key.
      if (request.method === 'OPTIONS') return;
    } else if (!sameOrigin(request.headers)) throw new SightlineError('foreign_origin');
    const client = clientOf(request);
    // Guesses are counted by address: they must not use up what a key is given.
    if (!rateLimit.take(client ?? `address ${request.ip}`)) throw new SightlineError('too_many_requests');
    if (client === undefined) throw new SightlineError('api_key_needed');
    request.client = client;
  });

  api.options('/v1/*', async (request, reply) => {
    if (!listed(request)) throw new SightlineError('foreign_origin');
    return reply
      .code(204)
      .headers({
        'access-control-allow-methods': 'GET, POST',
        'access-control-allow-headers': 'authorization, content-type',
        'access-control-max-age': '600',
      })
      .send();
  });
}
