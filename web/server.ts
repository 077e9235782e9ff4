/** The HTTP server of the room: what holds for every request, and the routes. */
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { ERRORS, SightlineError } from '#core/errors.ts';
import { askRoutes } from './ask-routes.ts';
import { answerClientError } from './client-error.ts';
import { asReportable, errorReply } from './error-reply.ts';
import { healthRoutes } from './health-routes.ts';
import { imageRoute } from './image-route.ts';
import type { DoorOptions } from './openai/door.ts';
import { openAIRoutes } from './openai/routes.ts';
import { openApiRoutes } from './openapi/routes.ts';
import { knownHost, sameOrigin } from './origin.ts';
import type { RoomParts } from './parts.ts';
import { createRateLimit, type RateLimit } from './rate-limit.ts';
import { uploadRoute } from './upload-route.ts';

const PAGE = fileURLToPath(new URL('public', import.meta.url));
const CHANGES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** A picture and a question are two requests; nobody types faster than this, a script does. */
const CHANGES_PER_CLIENT = { burst: 30, perSecond: 2 };

const HEADERS = {
  // Pictures of one's own are shown from memory (blob:); everything else comes from here.
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** What is in hand at the end may finish; an upload or a slow reader could take minutes more. */
const CUT_OFF_MS = 2_000;

export interface ServerOptions {
  readonly parts: RoomParts;
  /** Listens on loopback, and so answers to loopback names only. */
  readonly loopback: boolean;
  /** Addresses of proxies whose word on who the client is counts; nobody's by default. */
  readonly trustProxy?: readonly string[] | undefined;
  readonly rateLimit?: RateLimit;
  /** Told of every route, so that a test can compare them with what is documented. */
  readonly onRoute?: (methods: readonly string[], path: string) => void;
  /** Who may use /v1. */
  readonly door?: Omit<DoorOptions, 'loopback'>;
}

export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const { parts, loopback, trustProxy, rateLimit = createRateLimit(CHANGES_PER_CLIENT) } = options;
  const refuse = (thrown: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const error = asReportable(thrown);
    if (error.code === 'internal') parts.log.error({ error: thrown, url: request.url }, 'a request failed');
    if (error.code === 'too_many_requests') reply.header('retry-after', '5');
    // What is left of a refused body is not read: the connection cannot serve another request.
    if (!request.raw.complete) reply.header('connection', 'close');
    return reply.code(ERRORS[error.code].httpStatus).send(errorReply(error.code, error.detail));
  };
  const room = fastify({
    http: {
      // Peers that hold a connection without sending: headers within 8 s, the whole request within 2 minutes.
      headersTimeout: 8_000,
      requestTimeout: 120_000,
      connectionsCheckingInterval: 2_000,
      maxHeaderSize: 16_384,
      // Refused by the hook below, in words.
      requireHostHeader: false,
    },
    trustProxy: trustProxy === undefined ? false : [...trustProxy],
    clientErrorHandler: answerClientError,
    // An address that cannot be read meets no hook.
    frameworkErrors: (error, request, reply) => void refuse(error, request, reply.headers(HEADERS)),
    keepAliveTimeout: 5_000,
    bodyLimit: 64 * 1024,
    routerOptions: { maxParamLength: 100 },
    // Streams are ended by their own hook; what is left after that is idle.
    forceCloseConnections: 'idle',
  });
  room.server.maxConnections = 2_000;
  room.addHook('onRoute', ({ method, url }) => options.onRoute?.([method].flat(), url));

  room.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS);
    if (!knownHost(request.headers, loopback)) throw new SightlineError('foreign_origin');
    // /v1 has a door of its own.
    if (!CHANGES.has(request.method) || request.url.startsWith('/v1/')) return;
    if (!sameOrigin(request.headers)) throw new SightlineError('foreign_origin');
    if (!rateLimit.take(request.ip)) throw new SightlineError('too_many_requests');
  });

  room.setErrorHandler(refuse);
  room.setNotFoundHandler((_request, reply) => reply.code(404).send(errorReply('not_found')));

  room.addHook('preClose', async () => {
    setTimeout(() => room.server.closeAllConnections(), CUT_OFF_MS).unref();
  });

  await room.register(uploadRoute, { parts });
  await room.register(imageRoute, { parts });
  await room.register(askRoutes, { parts });
  await room.register(healthRoutes, { parts });
  await room.register(openApiRoutes);
  await room.register(openAIRoutes, { parts, loopback, ...options.door });
  await room.register(fastifyStatic, {
    root: PAGE,
    // The page is small and changes with the program: always asked for, answered with 304 when it has not changed.
    cacheControl: false,
    setHeaders: (reply) => reply.header('cache-control', 'no-cache'),
  });
  return room;
}
