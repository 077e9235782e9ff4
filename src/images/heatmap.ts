/**
 * Where the model looked, to be seen by people: the heat of an answer's words over the dimmed, greyed picture as a PNG.
 * The evidence's grid covers the whole upright picture, however the model's own input was squeezed (`fit: 'fill'`).
 * @throws SightlineError what `openPicture` throws, and `truncated_image`
 */
import { setImmediate as breathe } from 'node:timers/promises';
import sharp from 'sharp';
import type { Evidence } from '#core/answer.ts';
import { HEAT_COLOURS } from './colour-scale.ts';
import { shownPicture } from './shown-picture.ts';

/** Longest side: small pictures grow until a cell of heat is more than a few pixels, large ones shrink. */
const SIDE = { min: 480, max: 1024 };
/** How much of the cold picture's own light and colour stays. */
const COLD = { light: 0.5, colour: 0.35 };
/** The share of colour in the hottest place: the thing looked at must still be seen through it. */
const STRONGEST = 0.62;

export async function renderHeatmap(
  bytes: Uint8Array,
  evidence: Evidence,
  /** The index of one word; without it, the hottest of all words everywhere. */
  { word }: { readonly word?: number } = {},
): Promise<Uint8Array> {
  const { data, width, height } = await shownPicture(bytes, SIDE);
  await paint(data, { width, height }, heatOf(evidence, word), evidence);
  return sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** [rows * columns], 0 to 1. */
function heatOf({ rows, columns, words }: Evidence, word: number | undefined): Float64Array {
  const heat = new Float64Array(rows * columns);
  for (const shown of word === undefined ? words : words.slice(word, word + 1)) {
    for (const [cell, value] of shown.heat.entries()) heat[cell] = Math.max(heat[cell] ?? 0, value / 255);
  }
  return heat;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Rows painted at a stretch: some 5 ms, so that the thread that renews locks is never long away. */
const ROWS_AT_ONCE = 64;

/** Mixes the heat into `rgb` in place. */
async function paint(
  rgb: Uint8Array,
  { width, height }: Size,
  heat: Float64Array,
  { rows, columns }: Evidence,
): Promise<void> {
  const across = neighbours(width, columns);
  const down = neighbours(height, rows);
  for (const [y, row] of down.entries()) {
    if (y % ROWS_AT_ONCE === 0) await breathe();
    for (const [x, column] of across.entries()) {
      const cell = (r: number, c: number) => heat[r * columns + c] ?? 0;
      const top = cell(row.from, column.from) * (1 - column.part) + cell(row.from, column.to) * column.part;
      const bottom = cell(row.to, column.from) * (1 - column.part) + cell(row.to, column.to) * column.part;
      paintPixel(rgb, (y * width + x) * 3, top * (1 - row.part) + bottom * row.part);
    }
  }
}

function paintPixel(rgb: Uint8Array, at: number, heat: number): void {
  const [r = 0, g = 0, b = 0] = rgb.subarray(at, at + 3);
  const grey = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const light = COLD.light + (1 - COLD.light) * heat;
  const colour = COLD.colour + (1 - COLD.colour) * heat;
  const share = STRONGEST * heat;
  const tint = Math.round(heat * 255) * 3;
  for (const [band, value] of [r, g, b].entries()) {
    const own = (grey + (value - grey) * colour) * light;
    rgb[at + band] = own * (1 - share) + (HEAT_COLOURS[tint + band] ?? 0) * share;
  }
}

/** For each pixel of a side, the two cells whose centres it lies between and how far it is towards the second. */
function neighbours(pixels: number, cells: number): { from: number; to: number; part: number }[] {
  return Array.from({ length: pixels }, (_, pixel) => {
    const at = Math.min(cells - 1, Math.max(0, ((pixel + 0.5) / pixels) * cells - 0.5));
    const from = Math.floor(at);
    return { from, to: Math.min(cells - 1, from + 1), part: at - from };
  });
}
