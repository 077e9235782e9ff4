import fc from 'fast-check';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import type { Preprocessing } from '#core/model-card.ts';
import { openPicture, toPixels, toRgb } from '#images/picture.ts';
import {
  BLUE,
  distance,
  GREEN,
  halfTransparent,
  noise,
  plain,
  QUADRANTS,
  quadrantColours,
  quadrants,
  quadrantsStoredAs,
  RED,
} from '#test/pictures.ts';

const preprocessing: Preprocessing = {
  width: 32,
  height: 24,
  fit: 'fill',
  kernel: 'cubic',
  mean: [0, 0, 0],
  std: [1, 1, 1],
  background: [255, 255, 255],
};

const rgbOf = async (bytes: Uint8Array, changes: Partial<Preprocessing> = {}) =>
  toRgb(await openPicture(bytes), { ...preprocessing, ...changes });
const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'ok',
    (error: unknown) => (error instanceof SightlineError ? error.code : `unexpected: ${String(error)}`),
  );

/** Every quadrant has its colour, within what a lossy codec may change. */
function expectQuadrants(rgb: Uint8Array, tolerance = 12): void {
  const { width, height } = preprocessing;
  expect(rgb).toHaveLength(width * height * 3);
  for (const [index, colour] of quadrantColours(rgb, width, height).entries()) {
    expect(distance(colour, QUADRANTS[index] ?? [])).toBeLessThanOrEqual(tolerance);
  }
}

describe('what a person sees is what the model gets', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('EXIF orientation %i', async (orientation) => {
    const bytes = await quadrantsStoredAs(orientation);
    expect((await sharp(bytes).metadata()).orientation).toBe(orientation);
    expect(await openPicture(bytes)).toMatchObject({ kind: 'jpeg', width: 64, height: 48 });
    expectQuadrants(await rgbOf(bytes));
  });

  it('EXIF orientation of a large JPEG, which is shrunk while it is loaded', async () => {
    expectQuadrants(await rgbOf(await quadrantsStoredAs(6, 1600, 1200)));
  });

  it.each(['png', 'webp', 'avif', 'gif'] as const)('%s', async (kind) => {
    const picture = await openPicture(await quadrants().toFormat(kind, { quality: 95 }).toBuffer());
    expect(picture).toMatchObject({ kind, width: 64, height: 48 });
    expectQuadrants(await toRgb(picture, preprocessing), 16);
  });

  it('a palette', async () => {
    const bytes = await quadrants().png({ palette: true }).toBuffer();
    expect((await sharp(bytes).metadata()).isPalette).toBe(true);
    expectQuadrants(await rgbOf(bytes));
  });

  it('16 bits a band', async () => {
    const bytes = await quadrants().toColourspace('rgb16').png().toBuffer();
    expect((await sharp(bytes).metadata()).depth).toBe('ushort');
    expectQuadrants(await rgbOf(bytes));
  });

  it('CMYK', async () => {
    const bytes = await quadrants().toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer();
    expect((await sharp(bytes).metadata()).space).toBe('cmyk');
    // Inks cannot show every colour of a screen.
    expectQuadrants(await rgbOf(bytes), 90);
  });

  it('grey becomes three equal bands', async () => {
    const bytes = await plain(40, 40, [120, 120, 120]).toColourspace('b-w').png().toBuffer();
    expect((await sharp(bytes).metadata()).channels).toBe(1);
    const rgb = await rgbOf(bytes);
    expect(rgb).toHaveLength(32 * 24 * 3);
    expect(new Set(rgb)).toEqual(new Set([120]));
  });

  it("transparent parts lie on the card's background", async () => {
    const bytes = await halfTransparent().png().toBuffer();
    const [white] = quadrantColours(await rgbOf(bytes), 32, 24);
    const [magenta, blue] = quadrantColours(await rgbOf(bytes, { background: [255, 0, 255] }), 32, 24);
    expect([white, magenta, blue]).toEqual([[255, 255, 255], [255, 0, 255], BLUE]);
  });

  it('the first frame of an animation', async () => {
    const frames = await Promise.all([GREEN, RED].map((colour) => plain(20, 20, colour).png().toBuffer()));
    for (const kind of ['gif', 'webp'] as const) {
      const bytes = await sharp(frames, { join: { animated: true } })
        .toFormat(kind, { lossless: true })
        .toBuffer();
      expect((await sharp(bytes).metadata()).pages).toBe(2);
      expect(await openPicture(bytes)).toMatchObject({ width: 20, height: 20 });
      const [colour] = quadrantColours(await rgbOf(bytes), 32, 24);
      expect(distance(colour ?? [], GREEN)).toBeLessThan(8);
    }
  });

  it.each([
    [1, 1],
    [1, 5000],
    [5000, 1],
    [2, 3],
  ])('%i × %i', async (width, height) => {
    for (const kind of ['png', 'jpeg'] as const) {
      const rgb = await rgbOf(await plain(width, height).toFormat(kind).toBuffer());
      expect(distance([...rgb.subarray(0, 3)], RED)).toBeLessThan(8);
    }
  });

  it("the card's fit: the whole picture on a ground, or its middle", async () => {
    const wide = await quadrants(96, 24).png().toBuffer();
    const square = { width: 24, height: 24 };
    const contained = await rgbOf(wide, { ...square, fit: 'contain', background: [1, 2, 3] });
    expect([...contained.subarray(0, 3)]).toEqual([1, 2, 3]);
    const covered = await rgbOf(wide, { ...square, fit: 'cover' });
    expect(distance([...covered.subarray(0, 3)], RED)).toBeLessThan(8);
    expect(covered).toHaveLength(contained.length);
  });
});

it('keeps its own shape inside what a model on another server takes, and is never enlarged', async () => {
  const scaling = { ...preprocessing, width: 32, height: 32, fit: 'inside' } as const;
  const turned = await openPicture(await quadrants(96, 48).jpeg().withMetadata({ orientation: 6 }).toBuffer());
  expect(await toPixels(turned, scaling)).toMatchObject({ width: 16, height: 32 });
  const small = await toPixels(await openPicture(await halfTransparent(16, 8).png().toBuffer()), scaling);
  expect([small.width, small.height, ...small.rgb.subarray(0, 3)]).toEqual([16, 8, 255, 255, 255]);
});

describe('what is refused', () => {
  it('a lying name or type is not looked at: content decides', async () => {
    const tiff = await quadrants().tiff().toBuffer();
    await expect(openPicture(tiff)).rejects.toMatchObject({ code: 'unsupported_image', detail: 'TIFF' });
  });

  it('a start that promises a picture with something else behind it', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    for (const magic of ['\xff\xd8\xff', '\x89PNG\r\n\x1a\n', 'GIF89a', 'RIFF\0\0\0\0WEBP']) {
      expect(await codeOf(openPicture(Buffer.concat([Buffer.from(magic, 'latin1'), svg])))).toBe('truncated_image');
    }
  });

  it('a picture with a page or an archive behind it is that picture and nothing more', async () => {
    const gif = await quadrants().gif().toBuffer();
    expectQuadrants(await rgbOf(Buffer.concat([gif, Buffer.from('<script>alert(1)</script>PK\x03\x04')])));
  });

  it('too many bytes, said in megabytes', async () => {
    const large = new Uint8Array(LIMITS.imageBytes + 1);
    await expect(openPicture(large)).rejects.toMatchObject({
      code: 'image_too_many_bytes',
      detail: '26 MB, at most 25 MB',
    });
  });

  it('a bomb: 90 million pixels in a few kilobytes are counted and not decoded', async () => {
    const bomb = await plain(10_000, 9_000).png({ compressionLevel: 9 }).toBuffer();
    expect(bomb.length).toBeLessThan(1_000_000);
    const start = performance.now();
    await expect(openPicture(bomb)).rejects.toMatchObject({
      code: 'image_too_many_pixels',
      detail: '10000 × 9000, at most 64 million pixels',
    });
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('what is called off before or while it waits', async () => {
    const picture = await openPicture(await quadrants().png().toBuffer());
    await expect(toRgb(picture, preprocessing, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'cancelled',
    });
    const abort = new AbortController();
    const running = toRgb(picture, preprocessing, { signal: abort.signal });
    abort.abort();
    expect(await codeOf(running)).toBe('cancelled');
    expectQuadrants(await toRgb(picture, preprocessing));
  });
});

describe('damage', () => {
  const whole = new Map<string, Buffer>();
  beforeAll(async () => {
    for (const kind of ['jpeg', 'png', 'webp', 'gif', 'avif'] as const) {
      whole.set(kind, await noise(40, 30).toFormat(kind).toBuffer());
    }
  });
  const decoded = (bytes: Uint8Array) => codeOf(rgbOf(bytes));

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'])('%s cut off anywhere is told as cut off', async (kind) => {
    const bytes = whole.get(kind) ?? Buffer.alloc(0);
    for (let part = 1; part < 10; part += 1) {
      const cut = bytes.subarray(0, Math.floor((bytes.length * part) / 10));
      expect([part, await decoded(cut)]).toEqual([part, 'truncated_image']);
    }
    expect(await decoded(bytes)).toBe('ok');
  });

  it('cut within the first bytes has a code of ours', async () => {
    for (const bytes of whole.values()) {
      for (let length = 0; length < 40; length += 1) {
        expect(await decoded(bytes.subarray(0, length))).toMatch(
          /^(empty_image|not_an_image|unsupported_image|truncated_image)$/,
        );
      }
    }
  });

  it('changed anywhere gives pixels or a code of ours, never another failure', async () => {
    const codes = /^(ok|not_an_image|unsupported_image|truncated_image|image_too_many_pixels)$/;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('jpeg', 'png', 'webp', 'gif', 'avif'),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }),
        async (kind, changes) => {
          const bytes = Buffer.from(whole.get(kind) ?? []);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          expect(await decoded(bytes)).toMatch(codes);
        },
      ),
      { numRuns: 150 },
    );
  });
});
