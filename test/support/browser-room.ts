/** Everything a browser test stands on: a Redis of its own, a real web process, a Chromium, and pages of it. */
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { launchBrowser } from '#test/browser.ts';
import { testRedis } from '#test/redis.ts';
import { openRoom, type RoomProcess } from '#test/room.ts';

export interface BrowserRoom {
  readonly redisUrl: string;
  readonly url: string;
  readonly browser: Browser;
  /** A page of a visitor of its own; it fails the test when the page throws or breaks its own security policy. */
  visit(options?: BrowserContextOptions): Promise<Page>;
  /** Closes all pages; they would go on in the background of the next test. */
  leave(): Promise<void>;
  /** Kills the web process at once and opens another at the same address. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openBrowserRoom(environment: NodeJS.ProcessEnv = {}): Promise<BrowserRoom> {
  const redis = await testRedis();
  const [first, browser] = await Promise.all([openRoom(redis.url, environment), launchBrowser()]);
  let room: RoomProcess = first;
  const complaints: string[] = [];
  return {
    redisUrl: redis.url,
    url: first.url,
    browser,
    async visit(options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
      const page = await context.newPage();
      // Choosers are caught from the first listener on; the first key press must find one already.
      page.on('filechooser', () => {});
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (message.text().includes('Content Security Policy')) complaints.push(message.text());
      });
      await page.goto(first.url);
      return page;
    },
    leave: async () => void (await Promise.all(browser.contexts().map((context) => context.close()))),
    async restart() {
      await room.kill();
      room = await openRoom(redis.url, { ...environment, PORT: new URL(first.url).port });
    },
    async close() {
      await browser.close();
      await room.close();
      await redis.close();
      if (complaints.length > 0) throw new Error(`The page complained: ${complaints.join('; ')}`);
    },
  };
}

/** Adds a picture the way the file chooser does. */
export async function choosePicture(page: Page, buffer: Buffer, name = 'boat.png'): Promise<Locator> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByText('Choose a picture').click()]);
  await chooser.setFiles({ name, mimeType: 'image/png', buffer });
  return lastPost(page);
}

export const lastPost = (page: Page): Locator => page.getByRole('article').last();

/** Asks in a post's box and leaves the focus there. */
export async function ask(post: Locator, question: string): Promise<void> {
  await post.getByPlaceholder('Ask about this picture').fill(question);
  await post.getByPlaceholder('Ask about this picture').press('Enter');
}

/** The last question of a post with its answer. */
export const lastExchange = (post: Locator): Locator => post.getByRole('listitem').last();
