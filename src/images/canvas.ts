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
  for (const [band, value] of colour.entries()) {
    rgba[at + band] = Math.round((value * cover + (rgba[at + band] ?? 0) * under * (1 - cover)) / alpha);
  }
  rgba[at + 3] = Math.round(alpha * 255);
}

/** How far a pixel's centre lies outside a rounded rectangle; negative inside. */
function outside({ x, y, width, height }: Rectangle, radius: number, px: number, py: number): number {
  const across = Math.abs(px + 0.5 - x - width / 2) - width / 2 + radius;
  const down = Math.abs(py + 0.5 - y - height / 2) - height / 2 + radius;
  return Math.hypot(Math.max(across, 0), Math.max(down, 0)) + Math.min(Math.max(across, down), 0) - radius;
}

function eachPixel({ x, y, width, height }: Rectangle, grown: number, visit: (x: number, y: number) => void): void {
  for (let row = Math.floor(y - grown); row < y + height + grown; row += 1) {
    for (let column = Math.floor(x - grown); column < x + width + grown; column += 1) visit(column, row);
  }
}

const share = (value: number): number => Math.min(1, Math.max(0, value));

export function fillRectangle(
  canvas: Canvas,
  rectangle: Rectangle,
  { colour, radius = 0, opacity = 1 }: { readonly colour: Colour; readonly radius?: number; readonly opacity?: number },
): void {
  eachPixel(rectangle, 1, (x, y) => mix(canvas, x, y, colour, opacity * share(0.5 - outside(rectangle, radius, x, y))));
}

/** A line of `line` pixels, half of it on each side of the edge. */
export function strokeRectangle(
  canvas: Canvas,
  rectangle: Rectangle,
  { colour, line, radius = 0 }: { readonly colour: Colour; readonly line: number; readonly radius?: number },
): void {
  eachPixel(rectangle, line, (x, y) =>
    mix(canvas, x, y, colour, share(line / 2 + 0.5 - Math.abs(outside(rectangle, radius, x, y)))),
  );
}

export function drawPicture(canvas: Canvas, pixels: Pixels, x: number, y: number, radius = 0): void {
  const rectangle = { x, y, width: pixels.width, height: pixels.height };
  eachPixel(rectangle, 0, (px, py) => {
    const at = ((py - y) * pixels.width + px - x) * 3;
    const [red = 0, green = 0, blue = 0] = pixels.data.subarray(at, at + 3);
    mix(canvas, px, py, [red, green, blue], share(0.5 - outside(rectangle, radius, px, py)));
  });
}

export function drawLettering(
  canvas: Canvas,
  { width, height, cover }: Lettering,
  at: { x: number; y: number },
  colour: Colour,
): void {
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      mix(canvas, at.x + column, at.y + row, colour, (cover[row * width + column] ?? 0) / 255);
    }
  }
}
