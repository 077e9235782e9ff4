/**
 * Words as pixels, set by Pango in a typeface that comes along (Atkinson Hyperlegible, made for people who see little), so that
 * a machine without fonts draws the same. Scripts it lacks come from the machine's own fonts, where it has them.
 */
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

export interface Lettering {
  readonly width: number;
  readonly height: number;
  /** How much of each pixel is ink, [height * width]. */
  readonly cover: Uint8Array;
}

const fontFile = (name: string): string =>
  fileURLToPath(import.meta.resolve(`@expo-google-fonts/atkinson-hyperlegible/${name}.ttf`));
const FONT_FILES = {
  normal: fontFile('400Regular/AtkinsonHyperlegible_400Regular'),
  bold: fontFile('700Bold/AtkinsonHyperlegible_700Bold'),
};
/** Pixels are points at this resolution. */
const DPI = 72;
/** No line or label is longer; what a model says is cut before it is set. */
const MOST_CHARACTERS = 400;

interface Style {
  readonly size: number;
  readonly weight?: keyof typeof FONT_FILES;
  /** Wraps at this many pixels. */
  readonly width?: number;
  /** Cut with "…" when it grows taller. */
  readonly maxHeight?: number;
}

export async function letter(text: string, style: Style): Promise<Lettering> {
  let words = printable(text);
  let set = await setWords(words, style);
  while (style.maxHeight !== undefined && set.height > style.maxHeight && words.length > 1) {
    words = `${words.slice(0, Math.floor(words.length * 0.85)).replace(/\s*\S{0,20}$/u, '')}…`;
    set = await setWords(words, style);
  }
  return set;
}

async function setWords(words: string, { size, weight = 'normal', width }: Style): Promise<Lettering> {
  const { data, info } = await sharp({
    text: {
      text: escaped(words),
      font: `Atkinson Hyperlegible ${weight === 'bold' ? 'Bold ' : ''}${size}`,
      fontfile: FONT_FILES[weight],
      dpi: DPI,
      wrap: 'word-char',
      ...(width !== undefined && { width }),
    },
  })
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, cover: data };
}

/** Without what sets no letter or upsets others: control and direction characters, towers of accents. Never empty. */
function printable(text: string): string {
  const plain = text
    .slice(0, MOST_CHARACTERS)
    .toWellFormed()
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/(\p{M}{2})\p{M}+/gu, '$1')
    .trim();
  return plain === '' ? '–' : plain;
}

/** Pango reads markup. */
const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
