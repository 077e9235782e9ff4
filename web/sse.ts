/**
 * Server-sent events: one event as text, and a response that carries them.
 * Every event holds the whole state, so a slow reader loses nothing when one is left out.
 */
import type { ServerResponse } from 'node:http';

/** Often enough that a proxy does not close a quiet stream. */
const HEARTBEAT_MS = 15_000;
/** How long a browser waits before it opens a broken stream again. */
const RECONNECT_MS = 1_000;
/** A reader who is behind by more than this gets no interim events until it has caught up. */
const maxUnreadBytes = 64 * 1024;

/** JSON never holds a raw line break, so the data is always one line. */
export const frame = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

export interface EventStream {
  /** Left out when the reader is behind. */
  send(event: string, data: unknown): void;
  /** Never left out; the stream ends after it. */
  finish(event: string, data: unknown): void;
  end(): void;
}

/** @param headers what the framework has set on the reply: a raw response does not get them by itself */
export function openEventStream(response: ServerResponse, headers: Record<string, string>): EventStream {
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    // nginx would otherwise collect the events and send them at the end.
    'x-accel-buffering': 'no',
  });
  response.write(`retry: ${RECONNECT_MS}\n\n`);
  const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
  response.once('close', () => clearInterval(heartbeat));

  const end = () => {
    clearInterval(heartbeat);
    if (!response.writableEnded) response.end();
  };
  return {
    end,
    send(event, data) {
      if (response.writableEnded || response.writableLength > maxUnreadBytes) return;
      response.write(frame(event, data));
    },
    finish(event, data) {
      if (!response.writableEnded) response.write(frame(event, data));
      end();
    },
  };
}
