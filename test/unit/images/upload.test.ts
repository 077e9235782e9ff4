import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/limits.ts';
import { sha256Of } from '#images/sha256.ts';
import { normaliseUpload } from '#images/upload.ts';
import {
  distance,
  halfTransparent,
  noise,
  plain,
  QUADRANTS,
  quadrantColours,
  quadrants,
  quadrantsStoredAs,
} from '#test/pictures.ts';

const pixels = async (bytes: Uint8Array) => sharp(bytes).raw().toBuffer({ resolveWithObject: true });

describe('normaliseUpload', () => {
  it('keeps a small picture without loss, upright, under the hash of what is kept', async () => {
    const upload = await normaliseUpload(await quadrants().png().toBuffer());
    expect(upload).toMatchObject({ width: 64, height: 48, type: 'image/png', sha256: sha256Of(upload.bytes) });
    const { data, info } = await pixels(upload.bytes);
    expect(quadrantColours(data, info.width, info.height)).toEqual(QUADRANTS);
  });

  it.each([3, 6, 7])('turns EXIF orientation %i into pixels and drops all metadata', async (orientation) => {
    for (const [width, height] of [
      [64, 48],
      [800, 600],
    ] as const) {
      const upload = await normaliseUpload(await quadrantsStoredAs(orientation, width, height));
      expect(upload).toMatchObject({ width, height });
      const { exif, icc, xmp, orientation: left } = await sharp(upload.bytes).metadata();
      expect([exif, icc, xmp, left]).toEqual([undefined, undefined, undefined, undefined]);
      const { data } = await pixels(upload.bytes);
      for (const [index, colour] of quadrantColours(data, width, height).entries()) {
        expect(distance(colour, QUADRANTS[index] ?? [])).toBeLessThan(12);
      }
    }
  });

  it('bounds the longest side and keeps the shape', async () => {
    const upload = await normaliseUpload(await plain(4096, 1024).jpeg().toBuffer());
    expect(upload).toMatchObject({ width: LIMITS.uploadSide, height: LIMITS.uploadSide / 4, type: 'image/jpeg' });
    expect(await sharp(upload.bytes).metadata()).toMatchObject({ chromaSubsampling: '4:4:4' });
  });

  it('keeps transparency in a small picture and lays a large one on white', async () => {
    const small = await pixels((await normaliseUpload(await halfTransparent().webp().toBuffer())).bytes);
    expect([small.info.channels, small.data[3]]).toEqual([4, 0]);
    const large = await pixels((await normaliseUpload(await halfTransparent(900, 600).png().toBuffer())).bytes);
    expect([large.info.channels, ...large.data.subarray(0, 3)]).toEqual([3, 255, 255, 255]);
  });

  it('makes 8 bits of 16', async () => {
    const upload = await normaliseUpload(await quadrants().toColourspace('rgb16').png().toBuffer());
    expect((await sharp(upload.bytes).metadata()).depth).toBe('uchar');
  });

  it('refuses damage', async () => {
    const bytes = await noise().jpeg().toBuffer();
    await expect(normaliseUpload(bytes.subarray(0, bytes.length / 2))).rejects.toMatchObject({
      code: 'truncated_image',
    });
  });
});
