/**
 * The picture that comes with an answer: drawn, kept in the blob store, and told in words, which become its alt text.
 * @throws SightlineError what reading the picture and the blob store throw
 */
import type { Answer, Box, Drawing } from '#core/answer.ts';
import type { Draw } from '#core/ask.ts';
import type { BlobStore } from '#images/blob-store.ts';
import { renderBoxes } from '#images/boxes.ts';
import { renderHeatmap } from '#images/heatmap.ts';
import { sha256Of } from '#images/sha256.ts';
import { renderSheet } from '#images/sheet.ts';
import type { Look } from './look.ts';

/** Beyond this a description is no longer listened to; Discord takes 1,024. */
const DESCRIPTION_CHARACTERS = 1_000;
const NOT_OPENED = 'This picture could not be opened.';

/** @param looks all pictures in the order asked, undefined where one failed */
export async function drawingOf(
  draw: Draw,
  looks: readonly (Look | undefined)[],
  blobs: Pick<BlobStore, 'put'>,
): Promise<Drawing | undefined> {
  const drawn = await (draw === 'sheet' ? drawSheet(looks) : drawFirst(draw, looks));
  if (!drawn) return undefined;
  const sha256 = sha256Of(drawn.png);
  await blobs.put({ sha256, bytes: drawn.png });
  return { sha256, description: shortened(drawn.description) };
}

interface Drawn {
  readonly png: Uint8Array;
  readonly description: string;
}

async function drawSheet(looks: readonly (Look | undefined)[]): Promise<Drawn> {
  const captions = looks.map((look) => look?.answer.text ?? NOT_OPENED);
  const pictures: { bytes: Uint8Array | undefined; caption: string }[] = [];
  for (const [index, look] of looks.entries()) {
    pictures.push({ bytes: await look?.picture.bytes(), caption: captions[index] ?? '' });
  }
  const list = captions.map((caption, index) => `${index + 1}: ${caption}`).join(' ');
  const count = looks.length === 1 ? 'One picture' : `${looks.length} numbered pictures`;
  return { png: await renderSheet(pictures), description: `${count} on a sheet. ${list}` };
}

/** Of the first picture that was answered; undefined when there is nothing to point at. */
async function drawFirst(draw: 'heat' | 'boxes', looks: readonly (Look | undefined)[]): Promise<Drawn | undefined> {
  const look = looks.find((one) => one !== undefined);
  if (!look) return undefined;
  const { answer, picture } = look;
  if (draw === 'boxes') {
    const boxes = answer.boxes ?? [];
    if (boxes.length === 0) return undefined;
    const where = boxes.map((box) => `${box.label} ${placeOf(box)}`).join(', ');
    return {
      png: await renderBoxes(await picture.bytes(), boxes),
      description: `The picture with boxes around: ${where}.`,
    };
  }
  if (answer.evidence.words.length === 0) return undefined;
  const description = `The picture as a heat map: for the answer “${answer.text}” the model looked most ${placeOf(hottestOf(answer))}. Bright is where it looked, dark is where it did not.`;
  return { png: await renderHeatmap(await picture.bytes(), answer.evidence), description };
}

/** The cell that was looked at most, over all words. */
function hottestOf({ evidence: { rows, columns, words } }: Answer): Omit<Box, 'label'> {
  const sums = Array.from({ length: rows * columns }, (_, cell) =>
    words.reduce((sum, { heat }) => sum + (heat[cell] ?? 0), 0),
  );
  const hottest = sums.indexOf(Math.max(...sums));
  const [row, column] = [Math.floor(hottest / columns), hottest % columns];
  return { left: column / columns, right: (column + 1) / columns, top: row / rows, bottom: (row + 1) / rows };
}

function placeOf({ left, top, right, bottom }: Omit<Box, 'label'>): string {
  const third = (at: number) => Math.min(2, Math.floor(at * 3));
  const across = ['left', '', 'right'][third((left + right) / 2)] ?? '';
  const down = ['top', '', 'bottom'][third((top + bottom) / 2)] ?? '';
  if (across === '' && down === '') return 'in the middle';
  if (down === '') return `on the ${across}`;
  return across === '' ? `at the ${down}` : `in the ${down} ${across}`;
}

const shortened = (text: string): string =>
  text.length <= DESCRIPTION_CHARACTERS
    ? text
    : `${text
        .slice(0, DESCRIPTION_CHARACTERS - 1)
        .replace(/\s+\S{0,40}$/, '')
        .toWellFormed()}…`;
