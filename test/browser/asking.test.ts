import type { Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ask, type BrowserRoom, choosePicture, lastExchange, lastPost, openBrowserRoom } from '#test/browser-room.ts';
import { quadrants } from '#test/pictures.ts';
import { startTestWorker, type TestWorker } from '#test/room.ts';

let room: BrowserRoom;
let worker: TestWorker;
const picture = await quadrants(320, 240).png().toBuffer();

beforeAll(async () => {
  room = await openBrowserRoom();
  worker = await startTestWorker(room.redisUrl);
});
afterEach(() => room.leave());
afterAll(async () => {
  await worker.close();
  await room.close();
});

/** How many pixels of the heat map are dimmed, and how many glow. */
const shades = (canvas: Locator) =>
  canvas.evaluate((element: HTMLCanvasElement) => {
    const { data } = element.getContext('2d')?.getImageData(0, 0, element.width, element.height) ?? { data: [] };
    let [dim, glow] = [0, 0];
    for (let at = 0; at < data.length; at += 4) {
      if ((data[at + 3] ?? 0) > 120 && (data[at] ?? 0) < 60) dim += 1;
      if ((data[at] ?? 0) > 200) glow += 1;
    }
    return { dim, glow };
  });

describe('a picture', () => {
  it('is chosen, asked about, and answered in pieces, with how sure the answer is', async () => {
    const page = await room.visit();
    const post = await choosePicture(page, picture);
    await expect.poll(() => post.getByText('320 × 240').isVisible()).toBe(true);
    await page.evaluate(() => {
      const seen = new Set();
      Object.assign(window, { seen });
      const look = () => {
        const words = document.querySelector('[data-part="answer"]')?.textContent;
        if (words) seen.add(words);
      };
      new MutationObserver(look).observe(document.body, { subtree: true, childList: true });
    });
    await ask(post, 'What is this?');
    await lastExchange(post).getByText('Sure', { exact: true }).waitFor();
    expect(await page.evaluate(() => [...(window as unknown as { seen: Set<string> }).seen])).toEqual([
      'a',
      'a red',
      'a red boat',
    ]);
    expect(await lastExchange(post).getByText('93 % likely right').isVisible()).toBe(true);
    await expect.poll(() => page.locator('#announcer').textContent()).toBe('What is this?: a red boat. Sure.');
  });

  it('is dropped anywhere on the page', async () => {
    const page = await room.visit();
    const data = await page.evaluateHandle(
      (bytes) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(bytes)], 'dropped.png', { type: 'image/png' }));
        return transfer;
      },
      [...picture],
    );
    await page.dispatchEvent('footer', 'dragover', { dataTransfer: data });
    expect(await page.getByText('Drop to add it to the room').isVisible()).toBe(true);
    await page.dispatchEvent('footer', 'drop', { dataTransfer: data });
    await lastPost(page).getByText('320 × 240').waitFor();
    expect(await page.getByText('Drop to add it to the room').isVisible()).toBe(false);
    expect(await lastPost(page).getByText('dropped.png').first().isVisible()).toBe(true);
  });

  it('is pasted, while pasted text goes where the cursor is', async () => {
    const page = await room.visit();
    await page.evaluate(
      (bytes) => {
        const clipboardData = new DataTransfer();
        clipboardData.items.add(new File([Uint8Array.from(bytes)], 'pasted.png', { type: 'image/png' }));
        document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true }));
        const text = new DataTransfer();
        text.setData('text/plain', 'only words');
        document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: text, bubbles: true }));
      },
      [...picture],
    );
    await lastPost(page).getByText('320 × 240').waitFor();
    expect(await page.getByRole('article').count()).toBe(1);
  });

  it('is taken from the samples, which bring questions along', async () => {
    const page = await room.visit();
    await page.route('**/samples/samples.json', (route) =>
      route.fulfill({ json: [{ file: 'one.png', alt: 'Four colours', questions: ['Which colours?', 'How many?'] }] }),
    );
    await page.route('**/samples/one.png', (route) => route.fulfill({ body: picture, contentType: 'image/png' }));
    await page.reload();
    await page.getByRole('button', { name: 'Four colours' }).click();
    const post = lastPost(page);
    await post.getByRole('img', { name: 'Four colours' }).waitFor();
    await post.getByRole('button', { name: 'Which colours?' }).click();
    await lastExchange(post).getByText('Sure', { exact: true }).waitFor();
  });

  it('that is a text file is refused in words', async () => {
    const page = await room.visit();
    const post = await choosePicture(page, Buffer.from('Dear diary, this is no picture.'), 'diary.png');
    await post.getByText('That is not a picture I can recognise.').waitFor();
    expect(await post.getByRole('button', { name: 'Try again' }).isVisible()).toBe(false);
    expect(await post.getByRole('button', { name: 'Choose another picture' }).isVisible()).toBe(true);
  });
});

describe('an answer', () => {
  it('shows where the model looked, over all and by word', async () => {
    const page = await room.visit();
    const post = await choosePicture(page, picture);
    await ask(post, 'What is this?');
    const look = post.getByRole('button', { name: 'Where did you look?' });
    await look.click();
    const canvas = post.locator('canvas');
    const whole = await shades(canvas);
    expect(whole.glow).toBeGreaterThan(0);

    await post.getByRole('button', { name: 'boat: looked mostly at' }).hover();
    const ofWord = await shades(canvas);
    expect(ofWord.dim).toBeGreaterThan(1_000);
    expect(ofWord).not.toEqual(whole);
    expect(await post.getByText('For “boat” the model looked mostly at the right side.').isVisible()).toBe(true);

    await look.hover();
    expect(await shades(canvas)).toEqual(whole);
    await post.getByRole('button', { name: 'boat: looked' }).click();
    await page.mouse.move(1, 1);
    expect(await shades(canvas)).toEqual(ofWord);
    await page.keyboard.press('Escape');
    expect(await canvas.isVisible()).toBe(false);
    expect(await lastExchange(post).locator('.answer').textContent()).toBe('a red boat');
  });

  it('is followed up with what was said before', async () => {
    const page = await room.visit();
    const post = await choosePicture(page, picture);
    await ask(post, 'What is this?');
    await lastExchange(post).getByText('Sure', { exact: true }).waitFor();
    await ask(post, 'How many are there?');
    await lastExchange(post).getByText('two of them').waitFor();
    await lastExchange(post).getByText('Sure', { exact: true }).waitFor();
    expect(worker.answered.at(-1)?.conversation).toEqual([{ question: 'What is this?', answer: 'a red boat' }]);
    expect(await post.getByRole('listitem').count()).toBe(2);
  });

  it('offers what else it may be when it is not sure', async () => {
    const page = await room.visit();
    const post = await choosePicture(page, picture);
    await ask(post, 'Which animal is it?');
    await lastExchange(post).getByText('Not sure', { exact: true }).waitFor();
    expect(await lastExchange(post).getByText('It may also be: dog.').isVisible()).toBe(true);
  });

  it('that is a guess between yes and no is told as one', async () => {
    const page = await room.visit();
    const post = await choosePicture(page, picture);
    await ask(post, 'Is it red, perhaps?');
    await lastExchange(post).getByText('perhaps yes', { exact: true }).waitFor();
    await lastExchange(post).getByText('Not sure', { exact: true }).waitFor();
    expect(await lastExchange(post).textContent()).not.toMatch(/%|may also be/);
    await expect.poll(() => page.locator('#announcer').textContent()).toMatch(/perhaps yes\. Not sure\.$/);
  });

  it('comes without a question for caption, alt text and signs; alt text can be copied', async () => {
    const page = await room.visit({ permissions: ['clipboard-read', 'clipboard-write'] });
    const post = await choosePicture(page, picture);
    for (const [button, answer] of [
      ['Caption', 'a red boat on the sea'],
      ['Read the sign', 'harbour'],
      ['Alt text', 'Machine-made description: A red boat on a calm sea under a yellow sun.'],
    ]) {
      await post.getByRole('button', { name: button ?? '' }).click();
      await lastExchange(post).getByText('Sure', { exact: true }).waitFor();
      expect(await lastExchange(post).locator('.answer').textContent()).toBe(answer);
      // Of a sentence nobody measured how often it is right.
      if (button !== 'Read the sign') expect(await lastExchange(post).textContent()).not.toContain('%');
    }
    await lastExchange(post).getByRole('button', { name: 'Copy' }).click();
    await post.getByText('Copied').waitFor();
    const labelled = 'Machine-made description: A red boat on a calm sea under a yellow sun.';
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(labelled);
    expect(await post.getByRole('img', { name: labelled }).count()).toBe(1);
  });
});

it('lets two tabs talk of different pictures at once', async () => {
  const [one, other] = [await room.visit(), await room.visit()];
  const posts = [
    await choosePicture(one, picture),
    await choosePicture(other, await quadrants(80, 60).png().toBuffer()),
  ];
  await Promise.all(posts.map((post) => ask(post, 'What is this?')));
  await Promise.all(posts.map((post) => lastExchange(post).getByText('Sure', { exact: true }).waitFor()));
  expect(await Promise.all(posts.map((post) => post.getByRole('listitem').count()))).toEqual([1, 1]);
});
