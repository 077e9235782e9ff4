/** Everybody can use the room: by keyboard alone, with a screen reader, on a phone, in dark and light, enlarged. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ask, type BrowserRoom, choosePicture, lastExchange, lastPost, openBrowserRoom } from '#test/browser-room.ts';
import { quadrants } from '#test/pictures.ts';
import { startTestWorker, type TestWorker } from '#test/room.ts';

let room: BrowserRoom;
let worker: TestWorker;
const picture = await quadrants(640, 480).png().toBuffer();

beforeAll(async () => {
  room = await openBrowserRoom();
  worker = await startTestWorker(room.redisUrl);
});
afterEach(() => room.leave());
afterAll(async () => {
  await worker.close();
  await room.close();
});

const violations = async (page: Page) => {
  const found = await new AxeBuilder({ page }).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`);
};

const overhang = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

describe.each(['light', 'dark'] as const)('in %s', (colorScheme) => {
  it('axe finds nothing: empty, answered, with the heat map open, and with an error', async () => {
    const page = await room.visit({ colorScheme, reducedMotion: 'reduce' });
    expect(await violations(page)).toEqual([]);
    const post = await choosePicture(page, picture);
    await ask(post, 'Which animal is it?');
    await lastExchange(post).getByText('Not sure', { exact: true }).waitFor();
    await ask(post, 'What is this?');
    await lastExchange(post).getByRole('button', { name: 'Where did you look?' }).click();
    await choosePicture(page, Buffer.from('words'), 'words.png');
    await lastPost(page).getByText('That is not a picture').waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

it.each(['light', 'dark'] as const)('the page of the API can be read by everybody, in %s', async (colorScheme) => {
  const page = await room.visit({ colorScheme, viewport: { width: 360, height: 740 } });
  await page.goto(`${room.url}/api`);
  await page.getByText('Send: application/json').first().click();
  expect(await violations(page)).toEqual([]);
  expect(await overhang(page)).toBe(0);
});

it.each([
  ['a phone', { viewport: { width: 360, height: 740 }, hasTouch: true }],
  ['a small phone, or 400 % zoom', { viewport: { width: 320, height: 600 } }],
  ['a desktop at 200 % zoom', { viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 }],
])('nothing hangs over on %s', async (_, options) => {
  const page = await room.visit(options);
  expect(await overhang(page)).toBe(0);
  const post = await choosePicture(page, picture, `${'a-very-long-name-'.repeat(8)}.png`);
  await ask(post, `Is this ${'long'.repeat(40)}?`);
  await lastExchange(post).getByRole('button', { name: 'Where did you look?' }).click();
  expect(await overhang(page)).toBe(0);
  expect(await post.locator('canvas').isVisible()).toBe(true);
});

it('a keyboard is enough, and the focus is never lost', async () => {
  const page = await room.visit();
  const focused = () =>
    page.evaluate(() => document.activeElement?.textContent?.trim() || document.activeElement?.tagName);
  /** Presses Tab until what has the focus says `name`. */
  const tabTo = async (name: string) => {
    for (let presses = 0; presses < 30 && (await focused()) !== name; presses += 1) await page.keyboard.press('Tab');
    expect(await focused()).toBe(name);
  };
  await page.keyboard.press('Tab');
  expect(await focused()).toBe('Skip to adding a picture');
  await page.keyboard.press('Enter');
  await tabTo('Choose a picture');
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')]);
  await chooser.setFiles({ name: 'boat.png', mimeType: 'image/png', buffer: picture });

  const box = page.getByRole('textbox', { name: 'Ask about boat.png' });
  await expect.poll(() => box.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press('Enter');
  expect(await page.getByText('Write a question first').isVisible()).toBe(true);
  await page.keyboard.type('What is this?');
  await page.keyboard.press('Enter');
  await page.getByText('Sure', { exact: true }).waitFor();
  expect(await box.evaluate((element) => element === document.activeElement)).toBe(true);

  await page.keyboard.press('Shift+Tab');
  expect(await focused()).toBe('Where did you look?');
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+Tab');
  expect(await focused()).toBe('boat');
  expect(await page.getByText('For “boat” the model looked').isVisible()).toBe(true);
  await page.keyboard.press('Escape');
  expect(await focused()).toBe('Where did you look?');
});
