/** The whole way of the data with the real model: browser, room, queue, worker, weights, and back with evidence. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, type BrowserRoom, lastExchange, lastPost, openBrowserRoom } from '#test/browser-room.ts';
import { type ProcessUnderTest, startProcess } from '#test/room.ts';

let room: BrowserRoom;
let worker: ProcessUnderTest;

beforeAll(async () => {
  room = await openBrowserRoom();
  worker = await startProcess('workers/main.ts', room.redisUrl);
});
afterAll(async () => {
  await worker.close();
  await room.close();
});

it('answers a sample, shows where it looked, and goes on answering after the worker was killed', async () => {
  const page = await room.visit();
  const { accuracy, id } = JSON.parse(await readFile('models/sightline-small/card.json', 'utf8'));
  await page.getByText(`Answers by ${id}.`).waitFor();
  expect(await page.locator('#model-line').textContent()).toContain(`${Math.round(accuracy.heldOut.accuracy * 100)} %`);

  await page.locator('.sample').first().click();
  const post = lastPost(page);
  await post.getByRole('group', { name: 'Questions to try' }).getByRole('button').first().click();
  const look = lastExchange(post).getByRole('button', { name: 'Where did you look?' });
  await look.click();
  expect(await lastExchange(post).locator('.answer').textContent()).toMatch(/\w/);
  expect(
    await lastExchange(post)
      .getByText(/^(Sure|Fairly sure|Not sure)$/)
      .isVisible(),
  ).toBe(true);
  expect(await post.getByText(/^The model looked (mostly )?at/).isVisible()).toBe(true);
  const opaque = await post.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    return new Set(data.filter((_, at) => at % 4 === 3)).size;
  });
  expect(opaque).toBeGreaterThan(10);

  await worker.kill();
  await ask(post, 'How many things are there?');
  worker = await startProcess('workers/main.ts', room.redisUrl);
  await lastExchange(post).getByRole('button', { name: 'Where did you look?' }).waitFor();
});
