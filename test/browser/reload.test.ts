/** A reload of the page loses nothing that was said, and goes on with what was asked. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { connect, disconnect } from '#queue/connection.ts';
import { ask, type BrowserRoom, choosePicture, lastExchange, lastPost, openBrowserRoom } from '#test/browser-room.ts';
import { quadrants } from '#test/pictures.ts';
import { answerFor, startTestWorker, type TestWorker } from '#test/room.ts';

let room: BrowserRoom;
let worker: TestWorker;
let hold: Promise<void> | undefined;
const picture = await quadrants(64, 48).png().toBuffer();

beforeAll(async () => {
  room = await openBrowserRoom();
  worker = await startTestWorker(room.redisUrl, async (request) => {
    await hold;
    return answerFor(request);
  });
});
afterEach(() => room.leave());
afterAll(async () => {
  await worker.close();
  await room.close();
});

it('shows the pictures and answers from before, and follow-ups go on from there', async () => {
  const page = await room.visit();
  const before = await choosePicture(page, picture, 'boat.png');
  await ask(before, 'What is this?');
  await lastExchange(before).getByText('Sure', { exact: true }).waitFor();
  await page.reload();
  const post = lastPost(page);
  await lastExchange(post).getByText('a red boat').waitFor();
  await post.getByText('64 × 48').waitFor();
  expect(await post.getByText('boat.png').first().isVisible()).toBe(true);
  const shown = post.getByRole('img', { name: 'The picture you added: boat.png' });
  await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(64);
  await post.getByRole('button', { name: 'Where did you look?' }).click();
  expect(await post.locator('canvas').isVisible()).toBe(true);
  await ask(post, 'How many are there?');
  await lastExchange(post).getByText('two of them').waitFor();
  expect(worker.answered.at(-1)?.conversation).toEqual([{ question: 'What is this?', answer: 'a red boat' }]);
});

it('waits on for an answer that was under way', async () => {
  const page = await room.visit();
  const release = Promise.withResolvers<void>();
  hold = release.promise;
  const before = await choosePicture(page, picture);
  await ask(before, 'What is this?');
  await lastExchange(before)
    .getByText(/Sent|line/)
    .waitFor();
  await page.reload();
  const post = lastPost(page);
  await lastExchange(post).getByRole('button', { name: 'Cancel' }).waitFor();
  release.resolve();
  hold = undefined;
  await lastExchange(post).getByText('Sure', { exact: true }).waitFor();
  expect(await post.getByRole('listitem').count()).toBe(1);
});

it('leaves out a picture whose time is over', async () => {
  const page = await room.visit();
  const post = await choosePicture(page, picture);
  await post.getByText('64 × 48').waitFor();
  const redis = connect(room.redisUrl, { role: 'worker' });
  await redis.del(await redis.keys('sightline:blob:*'));
  await disconnect(redis);
  await page.reload();
  await page.getByText('Or try one of these').waitFor();
  await expect.poll(() => page.getByRole('article').count()).toBe(0);
});

it('is forgotten in another tab', async () => {
  const one = await room.visit();
  await (await choosePicture(one, picture)).getByText('64 × 48').waitFor();
  const other = await room.visit();
  expect(await other.getByRole('article').count()).toBe(0);
});
