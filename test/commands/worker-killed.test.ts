/** kill -9 of the worker in the middle of an answer, with the weights that ship: one answer after it comes back. */
import { afterEach, expect, test } from 'vitest';
import { connect, disconnect, unixUrl } from '#queue/connection.ts';
import { eventually } from '#test/redis.ts';
import { ask, begin, START, type Started, upload, workerOf } from '#test/start.ts';

const ROUNDS = 5;
/** More than two batches, and fewer than one client may ask at once. */
const ASKS = 20;

let started: Started | undefined;
afterEach(() => started?.cleanUp());

/** How many asks were taken from a worker that died on them. */
async function takenFromDead(redisUrl: string): Promise<number> {
  const redis = connect(redisUrl, { role: 'worker' });
  try {
    const jobs = await redis.keys('bull:ask:ask-*');
    const stalls = await Promise.all(jobs.map((job) => redis.hget(job, 'stc')));
    return stalls.filter((count) => Number(count) > 0).length;
  } finally {
    await disconnect(redis);
  }
}

test('every ask that was in its hands is answered once', async () => {
  started = await begin(process.execPath, START, { MODEL: 'sightline-small' });
  const { pid, said } = started;
  const room = await started.ready();
  const redisUrl = unixUrl(/socket (\S+)/.exec(said())?.[1] ?? '');
  const sha256 = await upload(room);
  let inHand = 0;
  // An answer takes milliseconds: where the kill came between two of them, another round is tried.
  for (let round = 1; round <= ROUNDS && inHand === 0; round += 1) {
    const worker = workerOf(pid);
    let killed = false;
    const killInTheMiddle = () => {
      if (!killed) process.kill(worker, 'SIGKILL');
      killed = true;
    };
    const asks = Array.from({ length: ASKS }, (_, place) =>
      ask(room, { sha256, question: `what is at place ${place} of round ${round}?` }, ({ event, data }) => {
        if (event === 'progress' && data.stage !== 'queued') killInTheMiddle();
      }),
    );
    // Each has told exactly one outcome.
    expect(await Promise.all(asks)).toEqual(asks.map(() => expect.objectContaining({ ok: true })));
    inHand = await takenFromDead(redisUrl);
    if (killed) await eventually('another worker', () => ![0, worker].includes(workerOf(pid)));
  }
  expect(inHand, 'asks in its hands when it was killed').toBeGreaterThan(0);
  expect(said()).toMatch(/Worker +ended with SIGKILL; it is started again/);
});
