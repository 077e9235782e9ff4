/**
 * Several pictures on one sheet, numbered, each with its caption under it, as a PNG: a contact sheet or storyboard. Paper of
 * its own colour, so that it reads the same on a dark and on a light page.
 * @throws SightlineError what `openPicture` throws, and `truncated_image`
 */
import { setImmediate as breathe } from 'node:timers/promises';
import {
  type Canvas,
  type Colour,
  canvasToPng,
  createCanvas,
  drawLettering,
  drawPicture,
  fillRectangle,
  strokeRectangle,
} from './canvas.ts';
import { type Lettering, letter } from './lettering.ts';
import { type Pixels, shownPicture } from './shown-picture.ts';

export interface SheetPicture {
  /** Undefined where the picture could not be opened: its place stays, empty. */
  readonly bytes: Uint8Array | undefined;
  readonly caption: string;
}

const PAPER: Colour = [252, 251, 248];
const EDGE: Colour = [205, 202, 194];
const WELL: Colour = [236, 234, 228];
const INK: Colour = [28, 28, 30];
const FAINT: Colour = [120, 117, 110];

const WELL_SIDE = 300;
const GAP = 24;
const MARGIN = 28;
const CAPTION = { size: 21, gap: 14, maxHeight: 130 };
const NUMBER = { size: 20, side: 38 };
/** Columns by number of pictures, so that rows are full where they can be. */
const COLUMNS = [1, 1, 2, 3, 2, 3, 3, 4, 4, 3, 5] as const;

interface Tile {
  readonly picture: Pixels | undefined;
  readonly caption: Lettering;
  readonly number: Lettering;
}

export async function renderSheet(pictures: readonly SheetPicture[]): Promise<Uint8Array> {
  const tiles: Tile[] = [];
  // One after the other: ten large pictures at once would be ten large buffers.
  for (const [index, { bytes, caption }] of pictures.entries()) {
    tiles.push({
      picture: bytes && (await shownPicture(bytes, { min: WELL_SIDE, max: WELL_SIDE })),
      caption: await letter(caption, { ...CAPTION, width: WELL_SIDE }),
      number: await letter(String(index + 1), { size: NUMBER.size, weight: 'bold' }),
    });
  }
  const columns = COLUMNS[tiles.length] ?? 5;
  const rows = Array.from({ length: Math.ceil(tiles.length / columns) }, (_, row) =>
    tiles.slice(row * columns, (row + 1) * columns),
  );
  const heights = rows.map((row) => WELL_SIDE + CAPTION.gap + Math.max(...row.map(({ caption }) => caption.height)));
  const canvas = createCanvas(
    2 * MARGIN + columns * WELL_SIDE + (columns - 1) * GAP,
    2 * MARGIN + heights.reduce((sum, height) => sum + height, 0) + (rows.length - 1) * (GAP + 8),
  );
  const sheet = { x: 1, y: 1, width: canvas.width - 2, height: canvas.height - 2 };
  fillRectangle(canvas, sheet, { colour: PAPER, radius: 18 });
  strokeRectangle(canvas, sheet, { colour: EDGE, line: 2, radius: 18 });
  let y = MARGIN;
  for (const [index, row] of rows.entries()) {
    for (const [column, tile] of row.entries()) {
      // The thread that renews locks is never long away.
      await breathe();
      drawTile(canvas, tile, MARGIN + column * (WELL_SIDE + GAP), y);
    }
    y += (heights[index] ?? 0) + GAP + 8;
  }
  return canvasToPng(canvas);
}

function drawTile(canvas: Canvas, { picture, caption, number }: Tile, x: number, y: number): void {
  const well = { x, y, width: WELL_SIDE, height: WELL_SIDE };
  fillRectangle(canvas, well, { colour: WELL, radius: 10 });
  if (picture) {
    const left = x + Math.round((WELL_SIDE - picture.width) / 2);
    const top = y + Math.round((WELL_SIDE - picture.height) / 2);
    drawPicture(canvas, picture, left, top, 10);
  }
  strokeRectangle(canvas, well, { colour: EDGE, line: 1.5, radius: 10 });
  const disc = { x: x + 10, y: y + 10, width: NUMBER.side, height: NUMBER.side };
  fillRectangle(canvas, disc, { colour: PAPER, radius: NUMBER.side / 2 });
  fillRectangle(
    canvas,
    { x: disc.x + 2, y: disc.y + 2, width: disc.width - 4, height: disc.height - 4 },
    { colour: INK, radius: NUMBER.side / 2 - 2 },
  );
  const middle = (side: number) => Math.round((NUMBER.side - side) / 2);
  drawLettering(canvas, number, { x: disc.x + middle(number.width), y: disc.y + middle(number.height) }, PAPER);
  drawLettering(canvas, caption, { x, y: y + WELL_SIDE + CAPTION.gap }, picture ? INK : FAINT);
}
