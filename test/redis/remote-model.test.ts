/**
 * A worker whose model runs on another server: every ask ends exactly once, whatever that server does, and its key stands in no
 * log, no job and no answer.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRedisBlobStore } from '#images/blob-store-redis.ts';
import { normaliseUpload } from '#images/upload.ts';
import { type Consumer, consumeAnswers } from '#queue/answer-consumer.ts';
import { connect, disconnect } from '#queue/connection.ts';
import type { AnswerJob } from '#queue/jobs.ts';
import { createProducer, type Producer } from '#queue/producer.ts';
import { anAsk, quietLog } from '#test/asks.ts';
import { type Backend, lastMessage, type Reply, refusing, saying, sending, startBackend } from '#test/backend.ts';
import { plain } from '#test/pictures.ts';
import { eventually, type TestRedis, testRedis } from '#test/redis.ts';

const KEY = 'sk-canary-0123456789abcdef';
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let redis: TestRedis;
let backend: Backend;
let worker: ReturnType<typeof spawn>;
let log = '';
let producer: Producer;
let consumer: Consumer;
let sha256: string;
const told: AnswerJob[] = [];

/** What the server does is asked for by the question. */
const replies: Record<string, Reply> = {
  well: saying({ words: ['a', 'green', 'square'], logprob: -0.01 }),
  silent: () => {},
  html: sending('text/html', `<title>${KEY}</title>`),
  key: refusing(401, { message: `Incorrect API key provided: ${KEY}` }, { 'x-echo': KEY }),
  model: refusing(404, { message: `model "llava" not found for ${KEY}` }),
  declined: refusing(400, { message: `no pictures for ${KEY}` }),
  broken: refusing(500, { message: `boom ${KEY}` }, { 'x-should-retry': 'false' }),
  cut: saying({ words: ['a', 'green'], finish: null }),
};

beforeAll(async () => {
  redis = await testRedis();
  backend = await startBackend((response, asked) => replies[lastMessage(asked).text]?.(response, asked));
  worker = spawn(process.execPath, ['workers/main.ts'], {
    cwd: ROOT,
    env: {
      ...process.env,
      REDIS_URL: redis.url,
      LOG_LEVEL: 'trace',
      // The client would log its requests by this.
      OPENAI_LOG: 'debug',
      MODEL: `openai:${backend.url}#llava`,
      MODEL_API_KEY: KEY,
      MODEL_SILENCE_SECONDS: '2',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [worker.stdout, worker.stderr]) stream?.on('data', (chunk) => (log += String(chunk)));
  const store = connect(redis.url, { role: 'producer' });
  const upload = await normaliseUpload(await plain(40, 20, [20, 200, 20]).png().toBuffer());
  await eventually('Redis connected', () => store.status === 'ready');
  await createRedisBlobStore(store).put(upload);
  await disconnect(store);
  sha256 = upload.sha256;
  producer = createProducer({ url: redis.url });
  const onAnswer = async (job: AnswerJob) => void told.push(job);
  consumer = consumeAnswers({ url: redis.url, surface: 'web', onAnswer, log: quietLog });
});
afterAll(async () => {
  const ended = once(worker, 'exit');
  worker.kill('SIGTERM');
  await ended;
  await Promise.all([consumer.close(), producer.close(), backend.close()]);
  await redis.close();
});

test('every ask ends exactly once, in words, and the key stays where it belongs', async () => {
  const asks = Object.keys(replies).map((question) =>
    anAsk({ question, image: { kind: 'upload', sha256 }, conversation: [{ question: 'Hm?', answer: 'Hm.' }] }),
  );
  for (const ask of asks) await producer.ask(ask);
  await eventually('all told', () => told.length >= asks.length, 30_000);
  // A second outcome would come within a moment.
  await new Promise((done) => setTimeout(done, 300));
  const outcomeOf = (id: string) => told.filter(({ requestId }) => requestId === id).map(({ outcome }) => outcome);
  const ends = Object.fromEntries(
    asks.map(({ id, question }) => [question, outcomeOf(id).map((outcome) => (outcome.ok ? 'ok' : outcome.code))]),
  );
  expect(ends).toEqual({
    well: ['ok'],
    silent: ['backend_unreachable'],
    html: ['backend_nonsense'],
    key: ['backend_key_refused'],
    model: ['backend_model_unknown'],
    declined: ['backend_declined'],
    broken: ['backend_failed'],
    cut: ['backend_broke_off'],
  });
  expect(told.find(({ outcome }) => outcome.ok)?.outcome).toMatchObject({
    answer: {
      text: 'a green square',
      certainty: 'fairly sure',
      calibrated: false,
      modelId: 'llava',
      evidence: { words: [] },
    },
  });

  const admin = connect(redis.url, { role: 'worker' });
  const kept = await Promise.all((await admin.keys('*')).map(async (key) => `${key} ${(await admin.dump(key)) ?? ''}`));
  await disconnect(admin);
  expect(log).toContain('ready for questions');
  expect(kept.join('\n')).toContain('sightline:serving');
  for (const text of [log, JSON.stringify(told), kept.join('\n')]) expect(text).not.toContain('canary');
  expect(backend.asked.every(({ authorization }) => authorization === `Bearer ${KEY}`)).toBe(true);
});

test('the picture arrives as a small JPEG of its own shape', async () => {
  const [asked] = backend.asked;
  const [url = ''] = asked ? lastMessage(asked).pictures : [];
  const { default: sharp } = await import('sharp');
  const { format, width, height } = await sharp(Buffer.from(url.split(',')[1] ?? '', 'base64')).metadata();
  expect([format, width, height]).toEqual(['jpeg', 40, 20]);
});
