/** A room as people meet it: a real web process on a Redis, and a worker of the test's own that answers as it is told. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Answer } from '#core/answer.ts';
import type { AskRequest } from '#core/ask.ts';
import { createLogger } from '#ops/logger.ts';
import { type AskContext, consumeAsks } from '#queue/ask-consumer.ts';
import { answerLike } from '#test/room-in-memory.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const Ready = z.object({ ready: z.object({ url: z.url() }) });

export interface ProcessUnderTest {
  /** What it sent when it was ready. */
  readonly said: unknown;
  /** What it logged so far, where that is kept. */
  readonly log: () => string;
  /** As a crash does. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** One of our processes on a Redis, once it is ready. */
export async function startProcess(
  main: string,
  redisUrl: string,
  environment: NodeJS.ProcessEnv = {},
  { keepLog = false }: { readonly keepLog?: boolean } = {},
): Promise<ProcessUnderTest> {
  const child = fork(main, {
    cwd: ROOT,
    env: { ...process.env, REDIS_URL: redisUrl, LOG_LEVEL: 'error', ...environment },
    silent: keepLog,
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (log += text));
  const ended = once(child, 'exit');
  const [said] = await Promise.race([
    once(child, 'message'),
    ended.then(([code]) => {
      throw new Error(`${main} ended with ${code} before it was ready.`);
    }),
  ]);
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  return { said, log: () => log, kill: () => end('SIGKILL'), close: () => end('SIGTERM') };
}

export interface RoomProcess extends ProcessUnderTest {
  readonly url: string;
}

export async function openRoom(redisUrl: string, environment: NodeJS.ProcessEnv = {}): Promise<RoomProcess> {
  const room = await startProcess('web/main.ts', redisUrl, { HOST: '127.0.0.1', PORT: '0', ...environment });
  return { ...room, url: Ready.parse(room.said).ready.url };
}

/** Where the words of `answerFor` were looked for: each word a column further to the right. */
const heatOf = (column: number) => Array.from({ length: 16 }, (_, cell) => (cell % 4 === column % 4 ? 255 : 20));

const ANSWERS: Record<AskRequest['task'], string> = {
  vqa: 'a red boat',
  caption: 'a red boat on the sea',
  'alt-text': 'A red boat on a calm sea under a yellow sun.',
  read: 'harbour',
  rank: 'a boat',
};

/** An answer that depends on the ask alone: a question about an animal leaves the worker unsure. */
export function answerFor({ id, task, question, conversation }: AskRequest): Answer {
  const guess = question.includes('perhaps');
  const unsure = guess || question.includes('animal');
  const text = guess
    ? 'yes'
    : unsure
      ? 'fox'
      : conversation.length > 0 && task === 'vqa'
        ? 'two of them'
        : ANSWERS[task];
  const words = text.split(' ').map((word, index) => ({ word, heat: heatOf(index + 1) }));
  return answerLike(id, {
    text,
    evidence: { rows: 4, columns: 4, words },
    ...(unsure && {
      confidence: 0.4,
      certainty: 'not sure',
      sure: false,
      alternatives: [{ text: guess ? 'no' : 'dog', confidence: 0.3 }],
    }),
  });
}

export interface TestWorker {
  /** The asks it took, in order. */
  readonly answered: AskRequest[];
  close(): Promise<void>;
}

type Handle = (request: AskRequest, context: AskContext) => Promise<Answer>;

/** Streams the answer word by word, 60 ms each. */
const streaming: Handle = async (request, { signal, progress }) => {
  const answer = answerFor(request);
  progress({ stage: 'encoding' });
  const words = answer.text.split(' ');
  for (let count = 1; count <= words.length && !signal.aborted; count += 1) {
    await new Promise((resolve) => setTimeout(resolve, 60));
    progress({ stage: 'answering', text: words.slice(0, count).join(' ') });
  }
  await new Promise((resolve) => setTimeout(resolve, 60));
  return answer;
};

export async function startTestWorker(
  redisUrl: string,
  handle: Handle = streaming,
  concurrency = 4,
): Promise<TestWorker> {
  const answered: AskRequest[] = [];
  const consumer = consumeAsks({
    url: redisUrl,
    concurrency,
    log: createLogger('test-worker', 'silent'),
    handle: async (request, context) => {
      answered.push(request);
      return { answer: await handle(request, context) };
    },
  });
  await consumer.ready;
  return { answered, close: consumer.close };
}
