/** A hub model in a real worker, behind a real room, through the queue: as a fleet runs it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quadrants } from '#test/pictures.ts';
import { eventually, type TestRedis, testRedis } from '#test/redis.ts';
import { openRoom, type ProcessUnderTest, type RoomProcess, startProcess } from '#test/room.ts';
import { dataFolder, layTiny } from '#test/tiny-models.ts';

const { dataDir, remove } = dataFolder();
const MODEL = 'hub:tiny/tiny-qwen2-vl';
let redis: TestRedis;
let worker: ProcessUnderTest;
let room: RoomProcess;

beforeAll(async () => {
  redis = await testRedis();
  await layTiny(dataDir, 'tiny-qwen2-vl');
  const environment = { MODEL, MODEL_DEVICE: 'dml', DATA_DIR: dataDir, LOG_LEVEL: 'error' };
  [worker, room] = await Promise.all([
    startProcess('workers/main.ts', redis.url, environment),
    openRoom(redis.url, environment),
  ]);
});
afterAll(async () => {
  await Promise.all([worker.close(), room.close()]);
  await redis.close();
  remove();
});

type Said = { ok: boolean; answer: { text: string; cache: string; calibrated?: boolean; certainty: string } };

async function ask(body: object): Promise<{ outcome: Said; partials: number }> {
  const posted = await fetch(`${room.url}/api/asks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(posted.status).toBe(202);
  const { id } = (await posted.json()) as { id: string };
  const events = await (await fetch(`${room.url}/api/asks/${id}/events`)).text();
  const [, outcome] = /event: outcome\ndata: (.*)/.exec(events) ?? [];
  return { outcome: JSON.parse(outcome ?? '') as Said, partials: events.split('"stage":"answering"').length - 1 };
}

test('answers, streams, goes on with a talk, and says that nobody measured how sure it is', async () => {
  const upload = await fetch(`${room.url}/api/images`, {
    method: 'POST',
    body: new Uint8Array(await quadrants().png().toBuffer()),
  });
  const { sha256 } = (await upload.json()) as { sha256: string };
  const { outcome, partials } = await ask({ sha256, question: 'What is this?' });
  expect(outcome).toMatchObject({ ok: true, answer: { cache: 'none', calibrated: false } });
  expect(outcome.answer.certainty).not.toBe('sure');
  expect(partials).toBeGreaterThan(0);
  const next = await ask({
    sha256,
    question: 'And where?',
    conversation: [{ question: 'What is this?', answer: outcome.answer.text }],
  });
  expect(next.outcome).toMatchObject({ ok: true, answer: { cache: 'features' } });
  const alone = await ask({ sha256, question: 'And where?' });
  expect(alone.outcome.answer.text).not.toBe(next.outcome.answer.text);
});

test('the room and the metrics tell the model, and that it is not on the device that was asked for', async () => {
  const facts = await (await fetch(`${room.url}/api/model`)).json();
  expect(facts).toMatchObject({
    id: 'tiny/tiny-qwen2-vl',
    conversation: true,
    device: { name: 'cpu', dtype: 'fp32', warning: expect.stringMatching(/dml failed/) },
  });
  const metrics = async () => (await fetch(`${room.url}/metrics`)).text();
  expect(await metrics()).toContain(
    'sightline_workers{model="tiny/tiny-qwen2-vl",device="cpu",dtype="fp32",fallback="yes"} 1',
  );
  await worker.close();
  await eventually('the worker has gone', async () => !(await metrics()).includes('sightline_workers{'));
});
