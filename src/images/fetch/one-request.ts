/**
 * One request for a picture: its bytes, where it points instead, or that asking again may help. Nothing is sent that could tell
 * who asks, nothing is decompressed, and not a byte over the limit is kept.
 * @throws SightlineError `image_too_many_bytes`, `image_link_expired`, `image_unreachable`, `image_address_refused`
 */
import type { IncomingHttpHeaders } from 'node:http';
import { type Dispatcher, request } from 'undici';
import { SightlineError } from '#core/errors.ts';
import { checkByteLength } from '../picture.ts';
import { unreachable } from './unreachable.ts';

export type Reply =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'later'; readonly detail: string; readonly afterMs: number | undefined };

export interface RequestOptions {
  readonly dispatcher: Dispatcher;
  readonly signal: AbortSignal;
  /** How long the peer may be silent, before its first byte and between two. */
  readonly silenceMs: number;
  /** Its links are signed and expire: "not there" then has a meaning of its own. */
  readonly signed: boolean;
  readonly onBytes: (byteLength: number) => void;
}

/** No compression: a picture has its own, and a body that unpacks to more than it weighs is none. */
const HEADERS = { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'Sightline' };
const GONE: ReadonlySet<number> = new Set([403, 404, 410]);
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export async function requestPicture(url: URL, options: RequestOptions): Promise<Reply> {
  const { dispatcher, signal, silenceMs, signed } = options;
  const { statusCode, headers, body } = await request(url, {
    dispatcher,
    signal,
    headers: HEADERS,
    headersTimeout: silenceMs,
    bodyTimeout: silenceMs,
  });
  // Whatever ends this early ends the connection; nobody listens to the body's complaint about that.
  body.on('error', () => {});
  try {
    if (statusCode === 200) return { kind: 'bytes', bytes: await bytesOf(body, headers, options.onBytes) };
    if (REDIRECTS.has(statusCode) && typeof headers.location === 'string') {
      return { kind: 'redirect', to: headers.location };
    }
    if (signed && GONE.has(statusCode)) throw new SightlineError('image_link_expired');
    const detail = `its server answers ${statusCode}`;
    if (statusCode === 429 || statusCode >= 500) {
      return { kind: 'later', detail, afterMs: retryAfterMs(headers['retry-after']) };
    }
    throw unreachable(detail);
  } finally {
    body.destroy();
  }
}

async function bytesOf(
  body: AsyncIterable<Buffer>,
  headers: IncomingHttpHeaders,
  onBytes: (byteLength: number) => void,
): Promise<Uint8Array> {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') throw unreachable('it came compressed');
  // What the peer declares only serves to refuse early; what comes is counted all the same.
  checkByteLength(Number(headers['content-length'] ?? 0));
  const chunks: Buffer[] = [];
  let byteLength = 0;
  for await (const chunk of body) {
    byteLength += chunk.length;
    checkByteLength(byteLength);
    onBytes(chunk.length);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, byteLength);
}

/** RFC 9110: a number of seconds or a date. */
function retryAfterMs(header: string | string[] | undefined): number | undefined {
  if (typeof header !== 'string') return undefined;
  const ms = /^\d+(\.\d+)?$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
