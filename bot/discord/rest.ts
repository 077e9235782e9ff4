/**
 * Discord's REST API as the bot uses it: a port over discord.js' own client, which keeps the rate limits and tries again what
 * failed on the way. What Discord refuses is an `Error` that `refusalOf` puts a name to.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { DiscordAPIError, HTTPError, type RawFile, REST } from 'discord.js';
import type { OutgoingFile } from '../post/outgoing.ts';
import { createPace } from './pace.ts';

export interface Sent {
  readonly body?: unknown;
  readonly files?: readonly OutgoingFile[];
  readonly query?: Readonly<Record<string, string>>;
  /** False where the address itself is the authority: interactions and their webhooks. */
  readonly auth?: boolean;
  readonly signal?: AbortSignal;
  /** A second one would be seen twice: it is not sent again when its reply is lost. */
  readonly once?: boolean;
}

type Route = `/${string}`;

export interface Rest {
  get(route: Route, sent?: Sent): Promise<unknown>;
  post(route: Route, sent?: Sent): Promise<unknown>;
  patch(route: Route, sent?: Sent): Promise<unknown>;
  put(route: Route, sent?: Sent): Promise<unknown>;
  delete(route: Route, sent?: Sent): Promise<unknown>;
}

/** topics/rate-limits#global-rate-limit: 50 a second, with room for what the network bunches. */
const GLOBAL = { most: 45, withinMs: 1_050 };

/** What answers an interaction is not bound to the global limit, which discord.js would hold it to. */
export const openRest = (api: string): REST =>
  new REST({ api, version: '10', timeout: REQUEST_MS, globalRequestsPerSecond: Number.POSITIVE_INFINITY });
export const REQUEST_MS = 10_000;

export function createRest(bound: REST, open: REST): Rest {
  const pace = createPace(GLOBAL);
  const optionsOf = ({ body, files = [], query, auth, signal }: Sent = {}) => ({
    ...(body === undefined ? {} : { body }),
    ...(files.length === 0 ? {} : { files: files.map(rawFile) }),
    ...(query === undefined ? {} : { query: new URLSearchParams(query) }),
    ...(auth === undefined ? {} : { auth }),
    ...(signal === undefined ? {} : { signal }),
  });
  const request = (method: 'get' | 'post' | 'patch' | 'put' | 'delete') => (route: Route, sent?: Sent) =>
    persistent(async () => {
      if (sent?.auth === false) return open[method](route, optionsOf(sent));
      await pace();
      // It may have waited for longer than anybody wants it.
      sent?.signal?.throwIfAborted();
      return bound[method](route, optionsOf(sent));
    }, sent);
  return {
    get: request('get'),
    post: request('post'),
    patch: request('patch'),
    put: request('put'),
    delete: request('delete'),
  };
}

/** Before each further try, in ms; together well under the 3 s within which Discord wants to hear of an interaction. */
const PAUSES_MS = [50, 200, 600];

/** discord.js tries again after 5xx; a connection that breaks is left to us. */
async function persistent<T>(send: () => Promise<T>, { signal, once = false }: Sent = {}): Promise<T> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await send();
    } catch (error) {
      if (once || signal?.aborted || !isBrokenConnection(error)) throw error;
      await sleep(pauseMs);
    }
  }
  return send();
}

const isBrokenConnection = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  /^(?:UND_ERR_(?:SOCKET|CONNECT_TIMEOUT)|ECONN\w+|EPIPE|ETIMEDOUT|EAI_AGAIN)$/.test(String(error.code));

const rawFile = ({ name, type, bytes }: OutgoingFile): RawFile => ({
  name,
  contentType: type,
  data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
});

/** Why Discord will not do a thing, however often it is asked; undefined when it may yet. */
export type Refusal =
  | 'gone' // the channel, interaction or webhook is no more
  | 'message_gone' // the message is no more
  | 'reference_gone' // the message that should be replied to is no more
  | 'forbidden' // a permission is missing, or the person takes no direct messages
  | 'archived' // the thread is archived or locked
  | 'acknowledged' // this interaction has its first response already
  | 'refused'; // anything else that is our fault

/** topics/opcodes-and-status-codes#json */
const CODES: Readonly<Record<number, Refusal>> = {
  10003: 'gone',
  10004: 'gone',
  10008: 'message_gone',
  10015: 'gone',
  10062: 'gone',
  40060: 'acknowledged',
  50001: 'forbidden',
  50007: 'forbidden',
  50013: 'forbidden',
  50027: 'gone',
  50083: 'archived',
  50278: 'forbidden',
  160005: 'archived',
};
/** A form that does not fit; its details say which field. */
const INVALID_FORM = 50035;

export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof DiscordAPIError) {
    if (Number(error.code) === INVALID_FORM && /message_reference/.test(`${error.message}${causes(error)}`)) {
      return 'reference_gone';
    }
    return CODES[Number(error.code)] ?? ofStatus(error.status);
  }
  return error instanceof HTTPError ? ofStatus(error.status) : undefined;
}

const causes = (error: DiscordAPIError): string => JSON.stringify(error.rawError ?? '');

/** Servers that speak Discord's language know its status codes, if not all of its numbers. */
function ofStatus(status: number): Refusal | undefined {
  if (status === 404 || status === 410) return 'gone';
  if (status === 403) return 'forbidden';
  // Of the rest, 401 is a wrong token for this address, 429 and 5xx may yet succeed.
  return status >= 400 && status < 500 && status !== 429 && status !== 408 ? 'refused' : undefined;
}
