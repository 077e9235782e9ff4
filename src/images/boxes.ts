/**
 * Where things are, to be seen by people: rectangles with labels on the upright picture, as a PNG. Told apart by label first
 * and by colour second, in colours that colour-blind people can tell apart, each line cased in dark and light so that it
 * shows on any picture.
 * @throws SightlineError what `openPicture` throws, and `truncated_image`
 */
import type { Box } from '#core/answer.ts';
import {
  type Canvas,
  type Colour,
  canvasToPng,
  createCanvas,
  drawLettering,
  drawPicture,
  fillRectangle,
  type Rectangle,
  strokeRectangle,
} from './canvas.ts';
import { letter } from './lettering.ts';
import { shownPicture } from './shown-picture.ts';

const SIDE = { min: 640, max: 1024 };
/** Okabe and Ito 2008, the lighter ones first: labels stand on them in black. */
const COLOURS: readonly Colour[] = [
  [240, 228, 66],
  [86, 180, 233],
  [230, 159, 0],
  [204, 121, 167],
  [0, 158, 115],
  [213, 94, 0],
];
const INK: Colour = [16, 16, 16];
const LIGHT: Colour = [255, 255, 255];
/** Of the longest side. */
const LINE = 1 / 180;
const LETTERS = 1 / 36;

export async function renderBoxes(bytes: Uint8Array, boxes: readonly Box[]): Promise<Uint8Array> {
  const picture = await shownPicture(bytes, SIDE);
  const canvas = createCanvas(picture.width, picture.height);
  drawPicture(canvas, picture, 0, 0);
  const unit = Math.max(picture.width, picture.height);
  const frames = boxes.map((box, index) => ({
    label: box.label,
    colour: COLOURS[index % COLOURS.length] ?? LIGHT,
    frame: frameOf(box, picture),
  }));
  for (const { frame, colour } of frames) drawFrame(canvas, frame, colour, Math.max(3, Math.round(unit * LINE)));
  const taken: Rectangle[] = [];
  for (const { frame, colour, label } of frames) {
    if (label !== '')
      taken.push(await drawLabel(canvas, { frame, colour, label, size: Math.round(unit * LETTERS) }, taken));
  }
  return canvasToPng(canvas);
}

function frameOf({ left, top, right, bottom }: Box, { width, height }: { width: number; height: number }): Rectangle {
  // Whole lines inside the picture, also where the thing touches its edge.
  const inset = 4;
  const x = Math.max(inset, Math.round(left * width));
  const y = Math.max(inset, Math.round(top * height));
  return {
    x,
    y,
    width: Math.max(inset, Math.min(width - inset, Math.round(right * width)) - x),
    height: Math.max(inset, Math.min(height - inset, Math.round(bottom * height)) - y),
  };
}

function drawFrame(canvas: Canvas, frame: Rectangle, colour: Colour, line: number): void {
  const radius = line * 2;
  strokeRectangle(canvas, frame, { colour: LIGHT, line: line + 6, radius });
  strokeRectangle(canvas, frame, { colour: INK, line: line + 3, radius });
  strokeRectangle(canvas, frame, { colour, line, radius });
}

interface Label {
  readonly frame: Rectangle;
  readonly colour: Colour;
  readonly label: string;
  readonly size: number;
}

/** Above the frame, or where there is room that no other label has. */
async function drawLabel(
  canvas: Canvas,
  { frame, colour, label, size }: Label,
  taken: readonly Rectangle[],
): Promise<Rectangle> {
  const padding = Math.round(size * 0.4);
  const room = canvas.width - 4 * padding;
  const lettering = await letter(label, { size, weight: 'bold', width: room, maxHeight: size * 3 });
  const width = lettering.width + 2 * padding;
  const height = lettering.height + 2 * padding;
  const x = Math.max(2, Math.min(frame.x, canvas.width - width - 2));
  const places = [frame.y - height - padding, frame.y + frame.height + padding, frame.y + padding]
    .filter((y) => y >= 2 && y + height <= canvas.height - 2)
    .map((y) => ({ x, y, width, height }));
  const free = places.find((place) => !taken.some((other) => overlap(place, other)));
  const plate = free ?? places[0] ?? { x, y: 2, width, height };
  fillRectangle(canvas, grown(plate, 2), { colour: LIGHT, radius: padding + 2 });
  fillRectangle(canvas, grown(plate, 1), { colour: INK, radius: padding + 1 });
  fillRectangle(canvas, plate, { colour, radius: padding });
  drawLettering(canvas, lettering, { x: plate.x + padding, y: plate.y + padding }, INK);
  return plate;
}

const grown = ({ x, y, width, height }: Rectangle, by: number): Rectangle => ({
  x: x - by,
  y: y - by,
  width: width + 2 * by,
  height: height + 2 * by,
});

const overlap = (one: Rectangle, other: Rectangle): boolean =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;
