/**
 * The little drawing that answers need, on plain pixels: rounded rectangles with soft edges, lettering, pictures. Drawn by
 * hand, as the decoder refuses vector files from everybody, ourselves included.
 */
import sharp from 'sharp';
import type { Lettering } from './lettering.ts';
import type { Pixels } from './shown-picture.ts';

export type Colour = readonly [red: number, green: number, blue: number];

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** [height * width * 4], transparent at first */
  readonly rgba: Uint8Array;
}

export const createCanvas = (width: number, height: number): Canvas => ({
  width,
  height,
  rgba: new Uint8Array(width * height * 4),
});

export const canvasToPng = ({ width, height, rgba }: Canvas): Promise<Uint8Array> =>
  sharp(rgba, { raw: { width, height, channels: 4 } })
    .png({ compressionLevel: 6 })
    .toBuffer();

/** Mixes a colour into one pixel; `cover` from 0 to 1 ("source over", Porter and Duff 1984). */
function mix({ width, height, rgba }: Canvas, x: number, y: number, colour: Colour, cover: number): void {
  if (cover <= 0 || x < 0 || y < 0 || x >= width || y >= height) return;
  const at = (y * width + x) * 4;
  const under = (rgba[at + 3] ?? 0) / 255;
  const alpha = cover + under * (1 - cover);
  for (let band = 0; band < 3; band += 1) {
    const value = (colour[band] ?? 0) * cover + (rgba[at + band] ?? 0) * under * (1 - cover);
    rgba[at + band] = Math.round(value / alpha);
  }
  rgba[at + 3] = Math.round(alpha * 255);
}

/** How far a pixel's centre lies outside a rounded rectangle; negative inside. */
function outside({ x, y, width, height }: Rectangle, radius: number, px: number, py: number): number {
  const across = Math.abs(px + 0.5 - x - width / 2) - width / 2 + radius;
  const down = Math.abs(py + 0.5 - y - height / 2) - height / 2 + radius;
  return Math.hypot(Math.max(across, 0), Math.max(down, 0)) + Math.min(Math.max(across, down), 0) - radius;
}

/** Visits the pixels of a rectangle that lie within `depth` of its edge, and those up to `grown` outside. */
function eachNearEdge(
  { x, y, width, height }: Rectangle,
  { depth, grown }: { readonly depth: number; readonly grown: number },
  visit: (x: number, y: number) => void,
): void {
  const [left, right, top, bottom] = [x + depth, x + width - depth, y + depth, y + height - depth];
  for (let row = Math.floor(y - grown); row < y + height + grown; row += 1) {
    const besides = row >= top && row < bottom && left < right;
    for (let column = Math.floor(x - grown); column < x + width + grown; column += 1) {
      // What lies deep inside is skipped at a stride: most of a large rectangle does.
      if (besides && column >= left && column < right) column = Math.ceil(right);
      visit(column, row);
    }
  }
}

const share = (value: number): number => Math.min(1, Math.max(0, value));

/** A rectangle's sides are whole pixels where it is filled or shows a picture. */
export function fillRectangle(
  canvas: Canvas,
  rectangle: Rectangle,
  { colour, radius = 0 }: { readonly colour: Colour; readonly radius?: number },
): void {
  const depth = Math.ceil(radius) + 1;
  eachNearEdge(rectangle, { depth, grown: 1 }, (x, y) =>
    mix(canvas, x, y, colour, share(0.5 - outside(rectangle, radius, x, y))),
  );
  const pixel = Uint8Array.of(...colour, 255);
  const width = Math.max(0, rectangle.width - 2 * depth);
  const row = new Uint8Array(width * 4);
  for (let column = 0; column < width; column += 1) row.set(pixel, column * 4);
  for (let y = rectangle.y + depth; y < rectangle.y + rectangle.height - depth; y += 1) {
    canvas.rgba.set(row, (y * canvas.width + rectangle.x + depth) * 4);
  }
}

/** A line of `line` pixels, half of it on each side of the edge. */
export function strokeRectangle(
  canvas: Canvas,
  rectangle: Rectangle,
  { colour, line, radius = 0 }: { readonly colour: Colour; readonly line: number; readonly radius?: number },
): void {
  eachNearEdge(rectangle, { depth: Math.ceil(radius + line), grown: line }, (x, y) =>
    mix(canvas, x, y, colour, share(line / 2 + 0.5 - Math.abs(outside(rectangle, radius, x, y)))),
  );
}

/** All of it lies on the canvas. */
export function drawPicture(canvas: Canvas, { width, height, data }: Pixels, x: number, y: number, radius = 0): void {
  const rectangle = { x, y, width, height };
  const depth = radius === 0 ? 0 : Math.ceil(radius) + 1;
  if (depth > 0) {
    eachNearEdge(rectangle, { depth, grown: 0 }, (px, py) => {
      const at = ((py - y) * width + px - x) * 3;
      const colour: Colour = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
      mix(canvas, px, py, colour, share(0.5 - outside(rectangle, radius, px, py)));
    });
  }
  for (let row = depth; row < height - depth; row += 1) {
    let from = (row * width + depth) * 3;
    let to = ((y + row) * canvas.width + x + depth) * 4;
    for (let column = depth; column < width - depth; column += 1, from += 3, to += 4) {
      canvas.rgba[to] = data[from] as number;
      canvas.rgba[to + 1] = data[from + 1] as number;
      canvas.rgba[to + 2] = data[from + 2] as number;
      canvas.rgba[to + 3] = 255;
    }
  }
}

export function drawLettering(
  canvas: Canvas,
  { width, height, cover }: Lettering,
  at: { readonly x: number; readonly y: number },
  colour: Colour,
): void {
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      mix(canvas, at.x + column, at.y + row, colour, (cover[row * width + column] ?? 0) / 255);
    }
  }
}
