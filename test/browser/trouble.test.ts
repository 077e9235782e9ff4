/** What goes wrong is told where the person looks, and goes on by itself when it is over. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { SightlineError } from '#core/errors.ts';
import { connect } from '#queue/connection.ts';
import { ask, type BrowserRoom, choosePicture, lastExchange, openBrowserRoom } from '#test/browser-room.ts';
import { quadrants } from '#test/pictures.ts';
import { answerFor, startTestWorker, type TestWorker } from '#test/room.ts';

let room: BrowserRoom;
const workers: TestWorker[] = [];
const picture = await quadrants(64, 48).png().toBuffer();

/** Closed after the test, whatever came of it. */
const withWorker = async (handle?: Parameters<typeof startTestWorker>[1], concurrency?: number) => {
  const worker = await startTestWorker(room.redisUrl, handle, concurrency);
  workers.push(worker);
  return worker;
};

beforeAll(async () => {
  room = await openBrowserRoom();
});
afterEach(async () => {
  await room.leave();
  await Promise.all(workers.splice(0).map((worker) => worker.close()));
});
afterAll(() => room.close());

it('waits for a worker in words, and is answered when one comes', async () => {
  const page = await room.visit();
  await page.getByText('Waiting for a worker').waitFor();
  const post = await choosePicture(page, picture);
  await ask(post, 'What is this?');
  await lastExchange(post).getByText('Your question is kept').waitFor();
  await withWorker();
  await lastExchange(post).getByText('Sure', { exact: true }).waitFor();
  await page.getByText('Ready', { exact: true }).waitFor();
});

it('says the place in the queue, and lets an ask be cancelled and tried again', async () => {
  let holding = true;
  const page = await room.visit();
  const post = await choosePicture(page, picture);
  await withWorker(async (request, { signal }) => {
    if (holding) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return answerFor(request);
  }, 1);
  await ask(post, 'The first?');
  await post.getByText('Sent…').waitFor();
  await ask(post, 'The second?');
  await lastExchange(post).getByText('Next in line').waitFor();
  await ask(post, 'The third?');
  await lastExchange(post).getByText('Followed as soon as').waitFor();
  await post.getByRole('button', { name: 'Cancel' }).nth(1).click();
  await post.getByText('Cancelled.').waitFor();
  await lastExchange(post).getByText('Next in line').waitFor();
  holding = false;
  await post.getByRole('button', { name: 'Cancel' }).first().click();
  await lastExchange(post).getByText('Sure', { exact: true }).waitFor();
  await post.getByRole('button', { name: 'Try again' }).first().click();
  await post.getByRole('listitem').first().getByText('Sure', { exact: true }).waitFor();
});

it("tells a failure in the person's words and tries again where that helps", async () => {
  let failing = true;
  const page = await room.visit();
  const post = await choosePicture(page, picture);
  await withWorker(async (request) => {
    if (failing) throw new SightlineError('inference_failed');
    return answerFor(request);
  });
  await ask(post, 'What is this?');
  await lastExchange(post).getByText('The model failed on this picture.').waitFor();
  failing = false;
  await lastExchange(post).getByRole('button', { name: 'Try again' }).click();
  await lastExchange(post).getByText('Sure', { exact: true }).waitFor();
  expect(await lastExchange(post).getByText('The model failed').isVisible()).toBe(false);
});

it('uploads a picture again that is no longer kept', async () => {
  let gone = true;
  const page = await room.visit();
  const post = await choosePicture(page, picture);
  await withWorker(async (request) => {
    if (gone) throw new SightlineError('image_gone');
    return answerFor(request);
  });
  await ask(post, 'What is this?');
  await lastExchange(post).getByText('That picture is no longer kept').waitFor();
  gone = false;
  const upload = page.waitForRequest((request) => request.url().endsWith('/api/images'));
  await lastExchange(post).getByRole('button', { name: 'Try again' }).click();
  await upload;
  await lastExchange(post).getByText('Sure', { exact: true }).waitFor();
});

it('tells within 5 s that Redis is silent, and goes on when it is back', async () => {
  const page = await room.visit();
  await withWorker();
  const post = await choosePicture(page, picture);
  await post.getByText('64 × 48').waitFor();
  const redis = connect(room.redisUrl, { role: 'worker' });
  await redis.call('CLIENT', 'PAUSE', '9000', 'ALL');
  redis.disconnect();
  await ask(post, 'What is this?');
  await lastExchange(post).getByText('The queue (Redis) does not answer').waitFor({ timeout: 5_000 });
  await page.getByText('The queue does not answer').waitFor({ timeout: 5_000 });
  await page.getByText('Ready', { exact: true }).waitFor({ timeout: 20_000 });
  await lastExchange(post).getByRole('button', { name: 'Try again' }).click();
  await lastExchange(post).getByText('Sure', { exact: true }).waitFor();
});

it('follows an ask to its end through a web process that dies and comes back', async () => {
  const page = await room.visit();
  const post = await choosePicture(page, picture);
  await ask(post, 'What is this?');
  await lastExchange(post).getByText('Your question is kept').waitFor();
  await room.restart();
  await lastExchange(post).getByText('The connection was lost').waitFor();
  await withWorker();
  await lastExchange(post).getByText('Sure', { exact: true }).waitFor({ timeout: 15_000 });
});
