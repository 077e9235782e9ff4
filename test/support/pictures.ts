/** Pictures for tests, made on the spot: coloured quadrants, by which a turn, a mirror or a crop is noticed. */
import sharp, { type Sharp } from 'sharp';

export type Rgb = readonly [number, number, number];

export const RED: Rgb = [220, 30, 30];
export const GREEN: Rgb = [30, 180, 60];
export const BLUE: Rgb = [40, 60, 220];
export const YELLOW: Rgb = [240, 220, 40];

/** What `quadrants` shows: top left, top right, bottom left, bottom right. */
export const QUADRANTS: readonly Rgb[] = [RED, GREEN, BLUE, YELLOW];

const raw = (
  width: number,
  height: number,
  channels: 3 | 4,
  at: (x: number, y: number) => readonly number[],
): Sharp => {
  const data = Buffer.alloc(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    data.set(at(pixel % width, Math.floor(pixel / width)), pixel * channels);
  }
  return sharp(data, { raw: { width, height, channels } });
};

/** Red, green over blue, yellow, unless told otherwise. */
export const quadrants = (width = 64, height = 48, colours: readonly Rgb[] = QUADRANTS): Sharp =>
  raw(width, height, 3, (x, y) => colours[(y < height / 2 ? 0 : 2) + (x < width / 2 ? 0 : 1)] ?? RED);

/** The left half transparent black, the right half opaque blue. */
export const halfTransparent = (width = 64, height = 48): Sharp =>
  raw(width, height, 4, (x) => (x < width / 2 ? [0, 0, 0, 0] : [...BLUE, 255]));

/** Hard to compress, always the same. */
export const noise = (width = 64, height = 48): Sharp => {
  let state = 1;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
  return raw(width, height, 3, () => [next(), next(), next()]);
};

export const plain = (width: number, height: number, colour: Rgb = RED): Sharp => {
  const [r, g, b] = colour;
  return sharp({ create: { width, height, channels: 3, background: { r, g, b } } });
};

/** EXIF 2.32, tag 274: which visible quadrant is stored top left, top right, bottom left, bottom right. */
const STORED: Readonly<Record<number, readonly number[]>> = {
  1: [0, 1, 2, 3],
  2: [1, 0, 3, 2],
  3: [3, 2, 1, 0],
  4: [2, 3, 0, 1],
  5: [0, 2, 1, 3],
  6: [1, 3, 0, 2],
  7: [3, 1, 2, 0],
  8: [2, 0, 3, 1],
};

/** Stored in such a way that EXIF orientation 1 to 8 shows it as `quadrants`, `width * height`. */
export function quadrantsStoredAs(orientation: number, width = 64, height = 48): Promise<Buffer> {
  const colours = STORED[orientation]?.map((visible) => QUADRANTS[visible] ?? RED);
  const stored = orientation < 5 ? quadrants(width, height, colours) : quadrants(height, width, colours);
  return stored.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).withMetadata({ orientation }).toBuffer();
}

/** The colour in the middle of each quadrant of RGB pixels, in the order of `QUADRANTS`. */
export function quadrantColours(rgb: Uint8Array, width: number, height: number): Rgb[] {
  const at = (x: number, y: number): Rgb => {
    const [r = -1, g = -1, b = -1] = rgb.subarray((Math.floor(y) * width + Math.floor(x)) * 3);
    return [r, g, b];
  };
  return [0.25, 0.75].flatMap((y) => [0.25, 0.75].map((x) => at(x * width, y * height)));
}

/** The largest difference of any band. */
export const distance = (one: readonly number[], other: readonly number[]): number =>
  Math.max(...one.map((value, band) => Math.abs(value - (other[band] ?? Number.POSITIVE_INFINITY))));
