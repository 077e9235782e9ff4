/** A real worker process on a private Redis, and an asker in this process: the whole way of a question but for the page. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer } from '#core/answer.ts';
import { asSightlineError, SightlineError } from '#core/errors.ts';
import { createRedisBlobStore } from '#images/blob-store-redis.ts';
import { sha256Of } from '#images/sha256.ts';
import { FEW_ARENAS } from '#ops/few-arenas.ts';
import { consumeAnswers } from '#queue/answer-consumer.ts';
import { connect, disconnect } from '#queue/connection.ts';
import { createProducer } from '#queue/producer.ts';
import { testRedis } from '#test/redis.ts';
import type { ProbeReading } from './probe.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const DEADLINE_MS = 60_000;

export interface Fleet {
  /** Asks one question about each kept picture, all at once; answers in their order. */
  askAll(hashes: readonly string[], question: string): Promise<Answer[]>;
  keepAll(pictures: readonly Uint8Array[]): Promise<string[]>;
  ask(sha256: string, question: string): Promise<Answer>;
  keep(picture: Uint8Array): Promise<string>;
  resetProbe(): void;
  readProbe(): Promise<ProbeReading>;
  close(): Promise<void>;
}

export async function openFleet(environment: NodeJS.ProcessEnv = {}): Promise<Fleet> {
  const redis = await testRedis();
  const worker = spawn(process.execPath, ['--import', join(root, 'bench/probe.ts'), 'workers/main.ts'], {
    cwd: root,
    env: { ...FEW_ARENAS, ...process.env, LOG_LEVEL: 'warn', ...environment, REDIS_URL: redis.url },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  await ready(worker);
  const connection = connect(redis.url, { role: 'producer' });
  // A producer's connection fails fast: it is not asked before it is there.
  await once(connection, 'ready');
  const blobs = createRedisBlobStore(connection);
  const producer = createProducer({ url: redis.url });
  const waiting = new Map<string, { resolve: (answer: Answer) => void; reject: (error: SightlineError) => void }>();
  const consumer = consumeAnswers({
    url: redis.url,
    surface: 'cli',
    log: console,
    onAnswer: async ({ requestId, outcome }) => {
      const asked = waiting.get(requestId);
      waiting.delete(requestId);
      if (outcome.ok) asked?.resolve(outcome.answer);
      else asked?.reject(new SightlineError(outcome.code));
    },
  });

  const keep = async (bytes: Uint8Array): Promise<string> => {
    const sha256 = sha256Of(bytes);
    await blobs.put({ sha256, bytes });
    return sha256;
  };
  const ask = (sha256: string, question: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const id = randomUUID();
      waiting.set(id, { resolve, reject });
      const now = Date.now();
      producer
        .ask({
          id,
          surface: 'cli',
          task: 'vqa',
          question,
          image: { kind: 'upload', sha256 },
          conversation: [],
          replyTo: '',
          locale: 'en',
          askedAt: now,
          deadlineAt: now + DEADLINE_MS,
        })
        .catch((error: unknown) => reject(asSightlineError(error)));
    });

  return {
    keep,
    ask,
    keepAll: (pictures) => Promise.all(pictures.map(keep)),
    askAll: (hashes, question) => Promise.all(hashes.map((sha256) => ask(sha256, question))),
    resetProbe: () => void worker.send('bench:reset'),
    async readProbe() {
      worker.send('bench:read');
      const [message] = (await once(worker, 'message')) as [{ bench: ProbeReading }];
      return message.bench;
    },
    async close() {
      await consumer.close();
      await producer.close();
      await disconnect(connection);
      const exit = once(worker, 'exit');
      worker.kill('SIGTERM');
      await exit;
      await redis.close();
    },
  };
}

function ready(worker: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('exit', (code) => reject(new Error(`The worker ended with code ${code} before it was ready`)));
  });
}
