import { describe, expect, it } from 'vitest';
import { colourOf, heatAt, wholeAnswer } from '../../../web/public/heat-map.js';
import { whereInWords } from '../../../web/public/where.js';

const grid = (rows: number, columns: number, hot: Record<number, number>) => ({
  rows,
  columns,
  heat: Array.from({ length: rows * columns }, (_, cell) => hot[cell] ?? 0),
});

describe('whereInWords', () => {
  it.each([
    ['mostly at the upper left', grid(6, 6, { 0: 255, 1: 200, 6: 200 })],
    ['mostly at the lower right', grid(6, 6, { 35: 255 })],
    ['mostly at the middle', grid(6, 6, { 14: 255, 15: 255, 20: 255, 21: 255 })],
    ['mostly at the top', grid(6, 6, { 2: 255, 3: 255 })],
    ['mostly at the left side', grid(7, 7, { 21: 255 })],
    ['mostly at the right side', grid(4, 4, { 3: 255, 7: 255, 11: 255, 15: 255 })],
    ['mostly at the bottom', grid(4, 4, { 12: 255, 13: 255, 14: 255, 15: 255 })],
    ['mostly at the upper left and the lower right', grid(6, 6, { 0: 255, 35: 200 })],
    ['at many parts of the picture', grid(6, 6, Object.fromEntries(Array.from({ length: 36 }, (_, n) => [n, 255])))],
    ['nowhere in particular', grid(2, 2, {})],
  ])('%s', (words, map) => {
    expect(whereInWords(map)).toBe(words);
  });
});

describe('heatAt', () => {
  it('is the cell at its centre and between two in the middle', () => {
    const map = grid(1, 2, { 0: 255 });
    expect(heatAt(map, 0.25, 0.5)).toBe(1);
    expect(heatAt(map, 0.5, 0.5)).toBeCloseTo(0.5);
    expect(heatAt(map, 1, 1)).toBe(0);
  });
});

it('colours what was not looked at dark and what was looked at brightly', () => {
  const [dark] = colourOf(0);
  const [bright, , , alpha] = colourOf(1);
  expect(dark).toBeLessThan(40);
  expect(bright).toBe(255);
  expect(alpha).toBeLessThan(160);
});

it('takes the mean over the words, the strongest cell being 255', () => {
  const words = [{ heat: [255, 0] }, { heat: [255, 128] }];
  expect(wholeAnswer({ rows: 1, columns: 2, words }).heat).toEqual([255, 64]);
});
