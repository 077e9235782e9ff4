/** Pictures by address, all the way: queue, worker, a real server, Redis; and what several workers know of each other's. */
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest';
import { createRedisBlobStore } from '#images/blob-store-redis.ts';
import { createPictureFetcher } from '#images/fetch/fetcher.ts';
import { createKnownPictures } from '#images/known-pictures.ts';
import { openPicture } from '#images/picture.ts';
import { createAnswerer } from '#inference/answerer.ts';
import { createFakeEngine } from '#inference/engine-fake.ts';
import { consumeAnswers } from '#queue/answer-consumer.ts';
import { consumeAsks } from '#queue/ask-consumer.ts';
import { connect, disconnect } from '#queue/connection.ts';
import type { AnswerJob } from '#queue/jobs.ts';
import { createProducer } from '#queue/producer.ts';
import { anAsk, quietLog } from '#test/asks.ts';
import { type LoopbackServer, loopbackServer } from '#test/loopback-server.ts';
import { plain } from '#test/pictures.ts';
import { eventually, type TestRedis, testRedis } from '#test/redis.ts';
import { handleAsk } from '../../workers/ask/handle-ask.ts';
import { picturesFrom } from '../../workers/ask/pictures.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await testRedis();
});
afterAll(() => redis.close());

const connected = () => {
  const client = connect(redis.url, { role: 'worker' });
  onTestFinished(() => disconnect(client));
  return client;
};
beforeEach(async () => {
  const admin = connect(redis.url, { role: 'worker' });
  await admin.flushall();
  await disconnect(admin);
});

const bright = await plain(64, 48, [250, 250, 250]).jpeg().toBuffer();
const cdn = () =>
  loopbackServer(({ url }, response) => {
    if (url?.startsWith('/attachments/')) response.end(bright);
    else response.writeHead(404).end();
  });
const reference = (server: LoopbackServer, attachmentId: string, path = `/attachments/${attachmentId}`) => ({
  kind: 'discord' as const,
  channelId: '1',
  messageId: '2',
  attachmentId,
  url: server.origin + path,
});

/** As workers/main.ts puts it together. */
const worker = (server: LoopbackServer) => {
  const client = connected();
  const fetcher = createPictureFetcher({ discordCdn: [server.origin], imageOrigins: [] });
  onTestFinished(() => fetcher.close());
  const blobs = createRedisBlobStore(client);
  return { blobs, open: picturesFrom({ blobs, known: createKnownPictures(client), fetcher }) };
};
const { signal } = new AbortController();

test('what one worker fetched no other fetches again; another attachment must be', async () => {
  const server = await cdn();
  const [one, other] = [worker(server), worker(server)];
  const first = await one.open(reference(server, '7'), signal);
  const known = await other.open(reference(server, '7', '/expired'), signal);
  expect(known.sha256).toBe(first.sha256);
  expect(await openPicture(await known.bytes())).toMatchObject({ width: 64, height: 48 });
  expect(server.asked).toEqual(['/attachments/7']);
  await other.open(reference(server, '8'), signal);
  expect(server.asked).toEqual(['/attachments/7', '/attachments/8']);
  await expect(other.open(reference(server, '9', '/expired'), signal)).rejects.toMatchObject({
    code: 'image_link_expired',
  });
});

test('what is known is forgotten with time, and nothing but a hash is believed', async () => {
  const client = connected();
  const known = createKnownPictures(client, 1);
  await known.remember('7', 'a'.repeat(64));
  expect(await known.find('7')).toBe('a'.repeat(64));
  await eventually('forgotten', async () => (await client.exists('sightline:picture:7')) === 0);
  expect(await known.find('7')).toBeUndefined();
  await client.set('sightline:picture:8', '../../etc/passwd');
  expect(await known.find('8')).toBeUndefined();
});

test('an ask of several pictures with a sheet comes back as one outcome', async () => {
  const server = await cdn();
  const { blobs, open } = worker(server);
  const engine = createFakeEngine();
  const answerer = createAnswerer({ engine, batchSize: 2 });
  const told: AnswerJob[] = [];
  const asks = consumeAsks({
    url: redis.url,
    concurrency: 2,
    log: quietLog,
    handle: handleAsk({ answerer, card: engine.card, open, blobs }),
  });
  const onAnswer = async (job: AnswerJob) => void told.push(job);
  const answers = consumeAnswers({ url: redis.url, surface: 'bot', onAnswer, log: quietLog });
  const producer = createProducer({ url: redis.url });
  onTestFinished(async () => {
    await Promise.all([asks.close(), answers.close(), producer.close()]);
    await answerer.close();
  });
  await asks.ready;
  const further = [reference(server, '2', '/gone'), reference(server, '3')];
  await producer.ask(
    anAsk({ surface: 'bot', task: 'caption', question: '', image: reference(server, '1'), further, draw: 'sheet' }),
  );
  await eventually('the outcome', () => told.length === 1);
  const outcome = told[0]?.outcome;
  if (!outcome?.ok) throw new Error(`Expected an answer, got ${outcome?.code}`);
  expect(outcome.answer.text).toBe('A bright picture.');
  expect(outcome.pictures?.map((picture) => picture.ok || picture.code)).toEqual([true, 'image_link_expired', true]);
  expect(outcome.drawing?.description).toContain('2: This picture could not be opened.');
  expect(await openPicture(await blobs.get(outcome.drawing?.sha256 ?? ''))).toMatchObject({ kind: 'png' });
});
