import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SightlineError } from '#core/errors.ts';
import { sniffImage } from '#images/sniff.ts';
import { quadrants } from '#test/pictures.ts';

const latin1 = (text: string) => Buffer.from(text.padEnd(40, '\0'), 'latin1');
const codeOf = (bytes: Uint8Array): [string, string | undefined] => {
  try {
    return [sniffImage(bytes), undefined];
  } catch (error) {
    if (!(error instanceof SightlineError)) throw error;
    return [error.code, error.detail];
  }
};

describe('sniffImage', () => {
  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)('knows %s', async (kind) => {
    expect(sniffImage(await quadrants().toFormat(kind).toBuffer())).toBe(kind);
  });

  it('says that nothing is nothing', () => {
    expect(codeOf(new Uint8Array())).toEqual(['empty_image', undefined]);
  });

  it.each([
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['SVG', '\xef\xbb\xbf<?xml version="1.0"?>\n<!-- drawn by hand -->\n<svg width="1">'],
    ['SVG', '  <svg:svg xmlns:svg="http://www.w3.org/2000/svg">'],
    ['HTML', '<!DOCTYPE html><html><body><svg></svg>'],
    ['PDF', '%PDF-1.7\n'],
    ['PDF', 'some junk first\n%PDF-1.4\n'],
    ['TIFF', 'II*\0\x08\0\0\0'],
    ['TIFF', 'MM\0*\0\0\0\x08'],
    ['HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'],
    ['HEIC', '\0\0\0\x18ftypmif1\0\0\0\0mif1heic'],
    ['MP4', '\0\0\0\x18ftypisom\0\0\0\0isommp42'],
    ['QuickTime', '\0\0\0\x14ftypqt  \0\0\0\0qt  '],
    ['BMP', 'BM\x46\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0'],
    ['ICO', '\0\0\x01\0\x01\0'],
    ['Photoshop', '8BPS\0\x01'],
    ['JPEG XL', '\xff\x0a'],
    ['JPEG 2000', '\0\0\0\x0cjP  \r\n\x87\n'],
    ['WebM', '\x1aE\xdf\xa3'],
    ['AVI', 'RIFF\0\0\0\0AVI LIST'],
    ['ZIP', 'PK\x03\x04'],
    ['gzip', '\x1f\x8b\x08'],
  ])('names %s', (name, start) => {
    expect(codeOf(latin1(start))).toEqual(['unsupported_image', name]);
  });

  it.each(['BMW is a car maker, not a bitmap', 'hello', 'GIF88a', 'RIFF1234WEBM', 'an svg: <svg>', '\0'])(
    'does not guess: %j',
    (text) => {
      expect(codeOf(latin1(text))[0]).toBe('not_an_image');
    },
  );

  it('finds AVIF among the compatible brands, within the box only', () => {
    expect(codeOf(latin1('\0\0\0\x18ftypmif1\0\0\0\0mif1avif'))[0]).toBe('avif');
    expect(codeOf(latin1('\0\0\0\x14ftypisom\0\0\0\0mp42avif'))).toEqual(['unsupported_image', 'MP4']);
  });

  it('never fails in another way, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        codeOf(bytes);
      }),
    );
  });
});
