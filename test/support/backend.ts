/** A server that speaks OpenAI's chat completions on loopback, as `reply` says. Keeps what it was asked. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: Record<string, unknown> & {
    readonly messages: readonly { readonly role: string; readonly content: unknown }[];
  };
}

export type Reply = (response: ServerResponse, asked: Asked) => unknown;

export interface Backend {
  readonly url: string;
  readonly asked: Asked[];
  /** Most requests that were under way at the same time. */
  readonly most: () => number;
  close(): Promise<void>;
}

export async function startBackend(reply: Reply): Promise<Backend> {
  const asked: Asked[] = [];
  let running = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    running += 1;
    most = Math.max(most, running);
    response.once('close', () => {
      running -= 1;
    });
    const body = await json(request);
    const one: Asked = { path: request.url ?? '', authorization: request.headers.authorization, body };
    asked.push(one);
    await reply(response, one);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    asked,
    most: () => most,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function json(request: IncomingMessage): Promise<Asked['body']> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString('utf8') || '{"messages":[]}') as Asked['body'];
}

export interface Said {
  readonly words: readonly string[];
  /** Of each word; without them the server gives no probabilities. */
  readonly logprob?: number;
  readonly finish?: string | null;
  readonly delayMs?: number;
  readonly usage?: object;
}

/** Streams words as chat completion chunks. */
export const saying =
  ({ words, logprob, finish = 'stop', delayMs = 0, usage }: Said): Reply =>
  async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const send = (chunk: object) => response.write(`data: ${JSON.stringify(chunk)}\n\n`);
    for (const [index, word] of words.entries()) {
      if (delayMs > 0) await sleep(delayMs);
      const content = index === 0 ? word : ` ${word}`;
      const logprobs = logprob === undefined ? null : { content: [{ token: content, logprob, top_logprobs: [] }] };
      send({
        object: 'chat.completion.chunk',
        choices: [{ index: 0, delta: { content }, logprobs, finish_reason: null }],
      });
    }
    if (finish) send({ choices: [{ index: 0, delta: {}, finish_reason: finish }] });
    if (usage) send({ choices: [], usage });
    response.end(finish ? 'data: [DONE]\n\n' : undefined);
  };

export const refusing =
  (status: number, error: unknown, headers: Record<string, string> = {}): Reply =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ error }));

/** Something that is no chat completion, of any type. */
export const sending =
  (type: string, text: string, status = 200): Reply =>
  (response) =>
    response.writeHead(status, { 'content-type': type }).end(text);

/** Text and pictures of the last message. */
export function lastMessage({ body }: Asked): { text: string; pictures: string[] } {
  const parts = body.messages.at(-1)?.content as { type: string; text?: string; image_url?: { url: string } }[];
  return {
    text: parts.flatMap(({ text }) => text ?? []).join(' '),
    pictures: parts.flatMap(({ image_url }) => image_url?.url ?? []),
  };
}
