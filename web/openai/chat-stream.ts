/**
 * A chat completion in pieces, as server-sent events. Nothing is sent before there is something to say, so that a failure until
 * then is an HTTP error, as clients expect; one after that is told in the stream.
 */
import type { ServerResponse } from 'node:http';
import type { ErrorCode } from '#core/errors.ts';
import type { ChatHead, FinishReason } from './chat-reply.ts';
import { chunk, cutAt, usageChunk } from './chat-reply.ts';
import { openAIError } from './errors.ts';

/** Often enough that a proxy does not close a quiet stream. */
const HEARTBEAT_MS = 15_000;

export interface ChatStream {
  readonly started: boolean;
  /** The whole text so far. */
  say(text: string): void;
  finish(text: string, reason: FinishReason, usage: object | undefined): void;
  fail(error: { readonly code: ErrorCode; readonly message: string }): void;
  close(): void;
}

interface ChatStreamOptions {
  readonly head: ChatHead;
  readonly stops: readonly string[];
  /** Takes the response over and returns the headers that the framework has set. */
  readonly begin: () => Record<string, string>;
}

export function openChatStream(response: ServerResponse, { head, stops, begin }: ChatStreamOptions): ChatStream {
  let started = false;
  let sent = '';
  /** The end of a text may be the start of a word that ends it. */
  const held = Math.max(0, ...stops.map(({ length }) => length - 1));

  const write = (data: unknown) => {
    if (!response.writableEnded) response.write(`data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`);
  };
  const start = () => {
    if (started) return;
    started = true;
    response.writeHead(200, {
      ...begin(),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // nginx would otherwise collect the events and send them at the end.
      'x-accel-buffering': 'no',
    });
    write(chunk(head, { role: 'assistant', content: '' }));
  };
  const send = (text: string) => {
    // What was sent cannot be taken back; a text that does not begin with it comes whole, on a new line.
    const more = text.startsWith(sent) ? text.slice(sent.length) : `\n${text}`;
    if (more === '') return;
    start();
    sent = text;
    write(chunk(head, { content: more }));
  };
  const heartbeat = setInterval(() => {
    start();
    if (!response.writableEnded) response.write(': still here\n\n');
  }, HEARTBEAT_MS);
  const close = () => {
    clearInterval(heartbeat);
    if (started && !response.writableEnded) response.end();
  };

  return {
    get started() {
      return started;
    },
    say(text) {
      const sure = cutAt(text, stops).slice(0, Math.max(0, text.length - held));
      if (sure.startsWith(sent)) send(sure);
    },
    finish(text, reason, usage) {
      start();
      send(text);
      write(chunk(head, {}, reason));
      if (usage) write(usageChunk(head, usage));
      write('[DONE]');
      close();
    },
    fail(error) {
      write(openAIError(error));
      close();
    },
    close,
  };
}
