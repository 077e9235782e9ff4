/** Pictures made to do harm, by seed: mutated and cut ones, bombs, lies, polyglots, other files by the name of pictures. */
import { crc32, deflateSync } from 'node:zlib';
import { noise, plain, quadrants } from './pictures.ts';

/** Mulberry32 (Ettinger 2017, public domain): small, and the same everywhere. */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Good pictures of every kind that is opened, to be spoilt. */
export async function goodPictures(): Promise<readonly Buffer[]> {
  const [small, wide] = [() => quadrants(64, 48), () => noise(120, 90)];
  const frames = Buffer.concat([await small().raw().toBuffer(), await quadrants(64, 48, []).raw().toBuffer()]);
  const animated = { raw: { width: 64, height: 96, channels: 3 as const, pageHeight: 48 } };
  const sharp = (await import('sharp')).default;
  return Promise.all([
    wide().jpeg().toBuffer(),
    wide().jpeg({ progressive: true }).withMetadata({ orientation: 6 }).toBuffer(),
    small().png().toBuffer(),
    small().png({ palette: true }).toBuffer(),
    wide().png({ progressive: true }).toBuffer(),
    small().toColourspace('rgb16').png().toBuffer(),
    wide().webp().toBuffer(),
    small().webp({ lossless: true }).toBuffer(),
    sharp(frames, animated).webp().toBuffer(),
    small().gif().toBuffer(),
    sharp(frames, animated).gif().toBuffer(),
    wide().avif({ effort: 0 }).toBuffer(),
  ]);
}

/** One of them, spoilt in one of many ways. */
export function spoilt(good: readonly Buffer[], seed: number): Buffer {
  const random = seeded(seed);
  const pick = () => Buffer.from(good[random(good.length)] ?? Buffer.alloc(1));
  const bytes = pick();
  const at = () => random(bytes.length);
  const ways: readonly (() => Buffer)[] = [
    () => bytes.subarray(0, at()),
    () => {
      for (let hits = 1 + random(30); hits > 0; hits -= 1) bytes[at()] = random(256);
      return bytes;
    },
    // Near the start are sizes, counts and tables.
    () => {
      for (let hits = 1 + random(6); hits > 0; hits -= 1) bytes[random(Math.min(64, bytes.length))] = random(256);
      return bytes;
    },
    () => {
      const [from, to] = [at(), at()];
      return bytes.fill(random(2) * 255, Math.min(from, to), Math.max(from, to));
    },
    () => Buffer.concat([bytes.subarray(0, at()), pick().subarray(random(40))]),
    () => {
      const from = at();
      return Buffer.concat([bytes.subarray(0, from), bytes.subarray(Math.max(0, from - random(200)))]);
    },
    () => Buffer.concat([bytes, pick()]),
    () => Buffer.concat([bytes.subarray(0, 16), Buffer.from(Array.from({ length: random(4_000) }, () => random(256)))]),
  ];
  return (ways[random(ways.length)] ?? (() => bytes))();
}

const chunk = (type: string, data: Buffer): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(data.length);
  head.write(type, 4, 'latin1');
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(Buffer.concat([head.subarray(4), data])));
  return Buffer.concat([head, data, tail]);
};
const words = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
  return bytes;
};
const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
const header = (width: number, height: number) =>
  chunk('IHDR', Buffer.concat([words(width, height), Buffer.from([8, 2, 0, 0, 0])]));
const END = chunk('IEND', Buffer.alloc(0));
const png = (width: number, height: number, pixels: Buffer, ...extra: readonly Buffer[]): Buffer =>
  Buffer.concat([SIGNATURE, header(width, height), ...extra, chunk('IDAT', pixels), END]);

/** A PNG that is what it says, and compresses a thousandfold. */
const pngBomb = (side: number): Buffer =>
  png(side, side, deflateSync(Buffer.alloc(side * (side * 3 + 1)), { level: 9 }));

function apng(frames: number): Buffer {
  const pixels = deflateSync(Buffer.alloc(4 * 13));
  const control = (sequence: number) =>
    chunk('fcTL', Buffer.concat([words(sequence, 4, 4, 0, 0), Buffer.from([0, 1, 0, 10, 0, 0])]));
  const further = Array.from({ length: frames - 1 }, (_, index) =>
    Buffer.concat([control(2 * index + 1), chunk('fdAT', Buffer.concat([words(2 * index + 2), pixels]))]),
  );
  const all = [
    SIGNATURE,
    header(4, 4),
    chunk('acTL', words(frames, 0)),
    control(0),
    chunk('IDAT', pixels),
    ...further,
    END,
  ];
  return Buffer.concat(all);
}

/** The same frame again and again: everything of a small GIF between its screen and its trailer. */
async function longGif(frames: number): Promise<Buffer> {
  const gif = await plain(4, 4).gif().toBuffer();
  const start = 13 + ((gif[10] ?? 0) & 0x80 ? 3 * 2 ** (((gif[10] ?? 0) & 7) + 1) : 0);
  const frame = gif.subarray(start, -1);
  return Buffer.concat([gif.subarray(0, start), ...Array.from({ length: frames }, () => frame), gif.subarray(-1)]);
}

/** The scans of a progressive JPEG once more and once more: little to send, much to decode. */
async function manyScans(side: number, bytes: number): Promise<Buffer> {
  const jpeg = await plain(side, side).jpeg({ progressive: true }).toBuffer();
  const last = jpeg.lastIndexOf(Buffer.from([0xff, 0xda]));
  const scan = jpeg.subarray(last, -2);
  const times = Math.max(1, Math.floor((bytes - jpeg.length) / scan.length));
  return Buffer.concat([jpeg.subarray(0, -2), ...Array.from({ length: times }, () => scan), jpeg.subarray(-2)]);
}

/** Big-endian numbers over bytes of a picture's header. */
const lying = (picture: Buffer, at: number, ...values: readonly number[]): Buffer => {
  for (const [index, value] of values.entries()) picture.writeUInt16BE(value, at + 2 * index);
  return picture;
};

/** Each with how it must end: `ok`, or the code of its refusal. Those with several are open to the decoder's taste. */
export async function namedBadPictures(): Promise<readonly (readonly [name: string, bytes: Buffer, ends: string])[]> {
  const jpeg = await plain(64, 48).jpeg().toBuffer();
  const gif = await plain(64, 48).gif().toBuffer();
  const small = png(4, 4, deflateSync(Buffer.alloc(4 * 13)));
  const text = (latin1: string) => Buffer.from(latin1, 'latin1');
  const svg = '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>';
  const zip = Buffer.concat([text('PK\x03\x04'), Buffer.alloc(100)]);
  const ftyp = (brand: string) =>
    Buffer.concat([words(24), text(`ftyp${brand}\0\0\0\0${brand}mif1`), Buffer.alloc(64)]);
  return [
    ['nothing', Buffer.alloc(0), 'empty_image'],
    ['zeros', Buffer.alloc(1_000), 'not_an_image'],
    ['text', text('hello, I am a picture'), 'not_an_image'],
    ['SVG', text(svg), 'unsupported_image'],
    ['SVG after a declaration', text(`<?xml version="1.0"?>\n<!-- x -->${svg}`), 'unsupported_image'],
    ['HTML', text('<!doctype html><img src=x>'), 'unsupported_image'],
    ['PDF', text('%PDF-1.7\n'), 'unsupported_image'],
    ['TIFF', await plain(8, 8).tiff().toBuffer(), 'unsupported_image'],
    ['BMP', Buffer.concat([text('BM'), Buffer.alloc(12), text('\x28\0\0\0'), Buffer.alloc(40)]), 'unsupported_image'],
    ['HEIC', ftyp('heic'), 'unsupported_image'],
    ['MP4', ftyp('isom').fill('isom', 16, 24), 'unsupported_image'],
    ['ZIP', zip, 'unsupported_image'],
    ['ZIP behind a PNG', Buffer.concat([small, zip]), 'ok'],
    ['script behind a GIF', Buffer.concat([gif, text('*/=1;alert(1)')]), 'ok'],
    ['HTML behind a JPEG', Buffer.concat([jpeg, text('<script>alert(1)</script>')]), 'ok'],
    ['SVG behind the start of a GIF', text(`GIF89a${svg}`), 'truncated_image image_too_many_pixels'],
    ['SVG behind the start of a JPEG', Buffer.concat([text('\xff\xd8\xff'), text(svg)]), 'truncated_image'],
    ['PNG of 81 million pixels', pngBomb(9_000), 'image_too_many_pixels'],
    [
      'PNG that says 4 billion by 4 billion',
      png(2 ** 31 - 1, 2 ** 31 - 1, Buffer.alloc(9)),
      'image_too_many_pixels truncated_image',
    ],
    ['PNG that says 60,000 by 60,000', png(60_000, 60_000, Buffer.alloc(9)), 'image_too_many_pixels'],
    ['PNG that says more than it holds', png(4_000, 4_000, deflateSync(Buffer.alloc(1_000))), 'truncated_image'],
    ['PNG that holds more than it says', png(4, 4, deflateSync(Buffer.alloc(50_000_000))), 'ok truncated_image'],
    [
      'PNG with a text that unpacks to 100 MB',
      png(
        4,
        4,
        deflateSync(Buffer.alloc(4 * 13)),
        chunk('zTXt', Buffer.concat([text('a\0\0'), deflateSync(Buffer.alloc(100_000_000))])),
      ),
      'ok truncated_image',
    ],
    [
      'PNG with a profile that unpacks to 100 MB',
      png(
        4,
        4,
        deflateSync(Buffer.alloc(4 * 13)),
        chunk('iCCP', Buffer.concat([text('a\0\0'), deflateSync(Buffer.alloc(100_000_000))])),
      ),
      'ok truncated_image',
    ],
    [
      'JPEG that says 65,000 by 65,000',
      lying(Buffer.from(jpeg), jpeg.indexOf(Buffer.from([0xff, 0xc0])) + 5, 65_000, 65_000),
      'image_too_many_pixels',
    ],
    [
      'GIF that says 65,535 by 65,535',
      lying(Buffer.from(gif), 6, 0xffff, 0xffff),
      'ok image_too_many_pixels truncated_image',
    ],
    ['GIF of 10,000 frames', await longGif(10_000), 'ok'],
    ['APNG of 10,000 frames', apng(10_000), 'ok'],
    ['JPEG of 64 million pixels', await plain(8_000, 8_000).jpeg({ quality: 1 }).toBuffer(), 'ok'],
    ['JPEG of many scans', await manyScans(2_000, 1_000_000), 'ok image_too_many_pixels truncated_image'],
    ['JPEG of large scans', await manyScans(8_000, 1_000_000), 'image_too_many_pixels'],
    ['more than 25 MiB', Buffer.concat([small, Buffer.alloc(25 * 1024 * 1024)]), 'image_too_many_bytes'],
  ];
}
