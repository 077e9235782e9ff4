import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { Evidence } from '#core/answer.ts';
import { renderHeatmap } from '#images/heatmap.ts';
import { plain, quadrantColours, quadrantsStoredAs } from '#test/pictures.ts';

const evidence: Evidence = {
  rows: 2,
  columns: 2,
  words: [
    { word: 'red', heat: [255, 0, 0, 0] },
    { word: 'car', heat: [0, 0, 0, 255] },
  ],
};
const light = (rgb: readonly number[]) => rgb.reduce((sum, value) => sum + value, 0);

async function corners(bytes: Uint8Array, word?: number) {
  const png = await renderHeatmap(bytes, evidence, word === undefined ? {} : { word });
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  return { info, light: quadrantColours(data, info.width, info.height).map(light) };
}

describe('renderHeatmap', () => {
  it('is bright where the words looked and dim elsewhere', async () => {
    const grey = await plain(96, 96, [128, 128, 128]).png().toBuffer();
    const { light: all } = await corners(grey);
    const [topLeft = 0, topRight = 0, bottomLeft = 0, bottomRight = 0] = all;
    expect(Math.min(topLeft, bottomRight)).toBeGreaterThan(1.5 * Math.max(topRight, bottomLeft));
  });

  it('shows one word alone', async () => {
    const grey = await plain(96, 96, [128, 128, 128]).png().toBuffer();
    const { light: second } = await corners(grey, 1);
    expect(second.indexOf(Math.max(...second))).toBe(3);
    expect(second[0]).toBe(second[1]);
  });

  it('covers the upright picture in its own shape, small ones enlarged and large ones bounded', async () => {
    expect((await corners(await quadrantsStoredAs(6, 60, 120))).info).toMatchObject({ width: 240, height: 480 });
    expect((await corners(await plain(4000, 1000).jpeg().toBuffer())).info).toMatchObject({ width: 1024, height: 256 });
    expect((await corners(await plain(1, 5000).png().toBuffer())).info).toMatchObject({ width: 1, height: 1024 });
  });
});
