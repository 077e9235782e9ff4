/**
 * What a file is, by its content and never by its name or declared type.
 * @throws SightlineError `empty_image`, `unsupported_image` (naming the kind) and `not_an_image`
 */
import { SightlineError } from '#core/errors.ts';

export const IMAGE_KINDS = ['jpeg', 'png', 'webp', 'gif', 'avif'] as const;
export type ImageKind = (typeof IMAGE_KINDS)[number];

/** Known first bytes, Latin-1; a dot stands for any byte. */
const PICTURES: readonly (readonly [prefix: string, kind: ImageKind])[] = [
  ['\xff\xd8\xff', 'jpeg'],
  ['\x89PNG\r\n\x1a\n', 'png'],
  ['GIF87a', 'gif'],
  ['GIF89a', 'gif'],
  ['RIFF....WEBP', 'webp'],
];

const OTHERS: readonly (readonly [prefix: string, name: string])[] = [
  ['II*\0', 'TIFF'],
  ['MM\0*', 'TIFF'],
  ['II+\0', 'TIFF'],
  ['MM\0+', 'TIFF'],
  ['\0\0\x01\0', 'ICO'],
  ['\0\0\x02\0', 'CUR'],
  ['8BPS', 'Photoshop'],
  ['%!PS', 'PostScript'],
  ['\xff\x0a', 'JPEG XL'],
  ['\0\0\0\x0cJXL ', 'JPEG XL'],
  ['\0\0\0\x0cjP  ', 'JPEG 2000'],
  ['\xff\x4f\xff\x51', 'JPEG 2000'],
  ['RIFF....AVI ', 'AVI'],
  ['RIFF....WAVE', 'WAV'],
  ['\x1aE\xdf\xa3', 'WebM'],
  ['OggS', 'Ogg'],
  ['ID3', 'MP3'],
  ['PK\x03\x04', 'ZIP'],
  ['\x1f\x8b', 'gzip'],
  ['Rar!\x1a\x07', 'RAR'],
  ['7z\xbc\xaf\x27\x1c', '7-Zip'],
  ['qoif', 'QOI'],
  ['#?RADIANCE', 'HDR'],
  ['v/1\x01', 'OpenEXR'],
];

/** Enough for a leading comment or XML declaration before `<svg`, and for a PDF header that starts late. */
const HEAD_BYTES = 4096;
/** Sizes of a BMP's second header: "BM" alone also starts ordinary text. */
const BMP_HEADERS = new Set([12, 40, 52, 56, 64, 108, 124]);

export function sniffImage(bytes: Uint8Array): ImageKind {
  if (bytes.length === 0) throw new SightlineError('empty_image');
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_BYTES)).toString('latin1');
  const kind = named(PICTURES, head) ?? (isobmff(head) === 'AVIF' ? 'avif' : undefined);
  if (kind) return kind;
  const detail = named(OTHERS, head) ?? isobmff(head) ?? bitmap(bytes, head) ?? document(head);
  throw detail === undefined ? new SightlineError('not_an_image') : new SightlineError('unsupported_image', { detail });
}

function named<T>(table: readonly (readonly [string, T])[], head: string): T | undefined {
  const startsWith = (prefix: string) =>
    head.length >= prefix.length && [...prefix].every((char, at) => char === '.' || char === head[at]);
  return table.find(([prefix]) => startsWith(prefix))?.[1];
}

/** The ISO base media family (ISO/IEC 14496-12): a box "ftyp" with a major brand and compatible ones. */
function isobmff(head: string): string | undefined {
  if (head.slice(4, 8) !== 'ftyp') return undefined;
  const size = Math.min(Buffer.from(head.slice(0, 4), 'latin1').readUInt32BE(), head.length);
  const brands = [head.slice(8, 12), ...(head.slice(16, size).match(/.{4}/gs) ?? [])];
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'AVIF';
  if (brands.some((brand) => /^(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(brand))) return 'HEIC';
  return head.startsWith('qt  ', 8) ? 'QuickTime' : 'MP4';
}

function bitmap(bytes: Uint8Array, head: string): string | undefined {
  if (!head.startsWith('BM') || bytes.length < 18) return undefined;
  return BMP_HEADERS.has(Buffer.from(head.slice(14, 18), 'latin1').readUInt32LE()) ? 'BMP' : undefined;
}

function document(head: string): string | undefined {
  if (head.slice(0, 1024).includes('%PDF-')) return 'PDF';
  const text = head.replace(/^(\xef\xbb\xbf)?\s*/, '');
  if (/^<(!doctype\s+html|html)\b/i.test(text)) return 'HTML';
  return text.startsWith('<') && /<(\w+:)?svg[\s>]/i.test(text) ? 'SVG' : undefined;
}
