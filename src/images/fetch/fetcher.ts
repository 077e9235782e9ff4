/**
 * A picture by its address, fetched within the rules: listed origins, checked addresses, few redirects, bounded bytes, time
 * and tries. What comes is bytes that nobody vouches for; what they are is for `sniffImage` to say.
 * @throws SightlineError `image_address_refused`, `image_link_expired`, `image_too_many_bytes`, `image_unreachable`
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { createBytesInFlight, type Download } from './bytes-in-flight.ts';
import { guardedConnect, type Resolve } from './guarded-connect.ts';
import { requestPicture } from './one-request.ts';
import { listedUrl } from './origins.ts';
import { unreachable } from './unreachable.ts';

export interface FetchLimits {
  readonly totalMs: number;
  readonly silenceMs: number;
  readonly redirects: number;
  readonly tries: number;
  readonly bytesInFlight: number;
}

export const FETCH_LIMITS: FetchLimits = {
  totalMs: LIMITS.fetchMs,
  silenceMs: LIMITS.fetchSilenceMs,
  redirects: LIMITS.fetchRedirects,
  tries: LIMITS.fetchTries,
  bytesInFlight: LIMITS.fetchBytesInFlight,
};

/** A pause before trying again that the peer does not ask for. */
const PAUSE_MS = 250;
/** Headers of a picture are short. */
const HEADER_BYTES = 16 * 1024;
/** The largest picture, and its headers and framing. */
const REPLY_BYTES = LIMITS.imageBytes + 256 * 1024;

export interface PictureFetcher {
  /** Fetches and hands the bytes to `use`; they count as held until it is done with them. */
  fetch<T>(
    address: string,
    use: (bytes: Uint8Array) => Promise<T>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<T>;
  close(): Promise<void>;
}

interface FetcherOptions {
  readonly discordCdn: readonly string[];
  readonly imageOrigins: readonly string[];
  readonly limits?: FetchLimits;
  readonly resolve?: Resolve;
}

export function createPictureFetcher(options: FetcherOptions): PictureFetcher {
  const { discordCdn, imageOrigins, limits = FETCH_LIMITS, resolve } = options;
  const origins: ReadonlySet<string> = new Set([...discordCdn, ...imageOrigins]);
  const signed: ReadonlySet<string> = new Set(discordCdn);
  const dispatcher = new Agent({
    connect: guardedConnect({ origins, timeoutMs: limits.silenceMs, replyBytes: REPLY_BYTES, resolve }),
    maxHeaderSize: HEADER_BYTES,
    pipelining: 1,
  });
  const inFlight = createBytesInFlight(limits.bytesInFlight);

  /** The bytes, or how to go on: the first reply that is no redirect. */
  const follow = async (first: URL, signal: AbortSignal, download: Download) => {
    let url = first;
    for (let redirects = 0; ; redirects += 1) {
      const reply = await requestPicture(url, {
        dispatcher,
        signal,
        silenceMs: limits.silenceMs,
        signed: signed.has(url.origin),
        onBytes: download.add,
      });
      if (reply.kind !== 'redirect') return reply;
      if (redirects === limits.redirects) throw unreachable('it is passed on too often');
      url = listedUrl(reply.to, origins, url);
    }
  };

  const bytesOf = async (url: URL, signal: AbortSignal, download: Download): Promise<Uint8Array> => {
    for (let tries = 1; ; tries += 1) {
      const reply = await follow(url, signal, download).catch((error) => again(error, signal));
      if (reply.kind === 'bytes') return reply.bytes;
      download.restart();
      const pauseMs = reply.afterMs ?? PAUSE_MS * 2 ** (tries - 1);
      // A peer that wants to be left alone for longer than a person waits is left alone.
      if (tries === limits.tries || pauseMs > limits.totalMs) throw unreachable(reply.detail);
      await sleep(pauseMs, undefined, { signal });
    }
  };

  return {
    async fetch(address, use, { signal } = {}) {
      const url = listedUrl(address, origins);
      const end = new AbortController();
      const cancel = () => end.abort(signal?.reason);
      if (signal?.aborted) cancel();
      else signal?.addEventListener('abort', cancel, { once: true });
      const timer = setTimeout(() => end.abort(unreachable('it came too slowly')), limits.totalMs);
      const download = inFlight.open(() => end.abort(unreachable('too much at once')));
      try {
        const bytes = await bytesOf(url, end.signal, download).catch((error) => {
          throw end.signal.aborted ? reasonOf(end.signal) : error;
        });
        clearTimeout(timer);
        download.complete();
        return await use(bytes);
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', cancel);
        download.release();
      }
    },
    close: () => dispatcher.destroy(),
  };
}

/** Refusals stand; a connection that broke, or a peer that was silent, may do better next time. */
function again(error: unknown, signal: AbortSignal) {
  if (error instanceof SightlineError || signal.aborted) throw error;
  const detail = (error as { code?: string }).code?.includes('TIMEOUT') ? 'its server is silent' : 'no connection';
  return { kind: 'later', detail, afterMs: undefined } as const;
}

const reasonOf = ({ reason }: AbortSignal): SightlineError =>
  reason instanceof SightlineError ? reason : new SightlineError('cancelled', { cause: reason });
