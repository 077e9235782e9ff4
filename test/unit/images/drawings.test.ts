/** Boxes and sheets as pixels: where colour stands and where it does not. */
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { renderBoxes } from '#images/boxes.ts';
import { letter } from '#images/lettering.ts';
import { renderSheet } from '#images/sheet.ts';
import { distance, plain, QUADRANTS, quadrantColours, quadrantsStoredAs } from '#test/pictures.ts';

const pixels = async (png: Uint8Array) => {
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  return {
    ...info,
    at: (x: number, y: number) => [...data.subarray((y * info.width + x) * info.channels)].slice(0, info.channels),
    data,
  };
};

describe('renderBoxes', () => {
  it('draws on the upright picture and leaves the rest of it alone', async () => {
    const picture = await quadrantsStoredAs(6, 640, 480);
    const box = { label: 'red', left: 0.1, top: 0.2, right: 0.4, bottom: 0.4 };
    const { width, height, data, at } = await pixels(await renderBoxes(picture, [box]));
    expect([width, height]).toEqual([640, 480]);
    const rgb = data.filter((_, index) => index % 4 !== 3);
    const colours = quadrantColours(rgb, width, height);
    for (const [index, colour] of QUADRANTS.entries()) expect(distance(colours[index] ?? [], colour)).toBeLessThan(12);
    // The middle of the left edge, and the label above the frame.
    expect(distance(at(64, 144), [240, 228, 66, 255])).toBeLessThan(8);
    expect(distance(at(68, 72), [240, 228, 66, 255])).toBeLessThan(8);
  });

  it('keeps labels apart and inside the picture, also in corners', async () => {
    const small = await plain(32, 32, [255, 255, 255]).png().toBuffer();
    const edge = { left: 0, top: 0, right: 1, bottom: 1 };
    const boxes = ['one & <b>two</b>', 'long '.repeat(80), '', '\u202e\u0000'].map((label) => ({ label, ...edge }));
    const { width, height } = await pixels(await renderBoxes(small, boxes));
    expect([width, height]).toEqual([640, 640]);
  });
});

describe('renderSheet', () => {
  it.each([1, 2, 3, 4, 5, 7, 10])('lays out %i pictures on paper with clear corners', async (count) => {
    const bytes = await plain(20, 20, [200, 0, 0]).png().toBuffer();
    const { width, at, channels } = await pixels(
      await renderSheet(Array.from({ length: count }, () => ({ bytes, caption: 'A red square.' }))),
    );
    expect(channels).toBe(4);
    expect(at(0, 0)[3]).toBe(0);
    expect(at(Math.floor(width / 2), 12)).toEqual([252, 251, 248, 255]);
    expect(at(28 + 200, 28 + 200)).toEqual([200, 0, 0, 255]);
  });

  it('cuts a caption that would outgrow its picture', async () => {
    const heightWith = async (caption: string) =>
      (await pixels(await renderSheet([{ bytes: undefined, caption }]))).height;
    expect(await heightWith('word '.repeat(500))).toBeLessThan((await heightWith('word')) + 130);
  });
});

describe('letter', () => {
  it('sets words in the typeface that comes along, whatever the machine has', async () => {
    const [normal, bold] = [await letter('Il1 0O', { size: 40 }), await letter('Il1 0O', { size: 40, weight: 'bold' })];
    expect(normal.cover.some((value) => value === 255)).toBe(true);
    // In Atkinson Hyperlegible; other typefaces are wider or narrower.
    expect([normal.width, bold.width]).toEqual([106, 116]);
  });

  it.each(['&', '<', '</span>', '&#0;', '\u0000', '', ' ', '\ud800', 'e\u0301\u0301\u0301\u0301'])(
    'sets %j',
    async (text) => {
      const { width, height, cover } = await letter(text, { size: 20 });
      expect(cover).toHaveLength(width * height);
    },
  );
});
