/**
 * A picture within limits, from bytes nobody vouches for: opened by its header, decoded once and only when pixels are
 * asked for.
 * @throws SightlineError what `sniffImage` throws; `image_too_many_bytes`, `image_too_many_pixels`, `truncated_image`
 */
import type { Sharp } from 'sharp';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import type { Preprocessing } from '#core/model-card.ts';
import { decodeWithin, decoding, readHeader } from './decoder.ts';
import { type ImageKind, sniffImage } from './sniff.ts';

export interface Picture {
  readonly bytes: Uint8Array;
  readonly kind: ImageKind;
  /** As a person sees it: after EXIF orientation, of the first frame. */
  readonly width: number;
  readonly height: number;
}

const mebibytes = (bytes: number) => `${Math.ceil(bytes / 1024 / 1024)} MB`;

export function checkByteLength(byteLength: number): void {
  if (byteLength <= LIMITS.imageBytes) return;
  const detail = `${mebibytes(byteLength)}, at most ${mebibytes(LIMITS.imageBytes)}`;
  throw new SightlineError('image_too_many_bytes', { detail });
}

export async function openPicture(bytes: Uint8Array): Promise<Picture> {
  checkByteLength(bytes.length);
  const kind = sniffImage(bytes);
  const { width, height } = await upright(bytes);
  if (width * height > LIMITS.imagePixels) {
    const detail = `${width} × ${height}, at most ${LIMITS.imagePixels / 1e6} million pixels`;
    throw new SightlineError('image_too_many_pixels', { detail });
  }
  return { bytes, kind, width, height };
}

async function upright(bytes: Uint8Array): Promise<{ width: number; height: number }> {
  try {
    return (await readHeader(bytes)).autoOrient;
  } catch (cause) {
    throw new SightlineError('truncated_image', { cause });
  }
}

/** Beyond this no model sees a difference; below it letters get fringes. */
const JPEG_QUALITY = 90;

/**
 * RGB as the model's card wants it: upright, transparent parts on the card's background. `width * height * 3` bytes; where
 * the card names an `encoding`, the bytes of such a file, never enlarged.
 */
export async function toRgb(
  picture: Picture,
  preprocessing: Preprocessing,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Uint8Array> {
  const { width, height, fit, kernel, background, encoding } = preprocessing;
  const [r, g, b] = background;
  const colour = { r, g, b };
  const rgb = await decodeWithin(
    picture,
    () => {
      // JPEG and WebP are decoded straight to a size near the wanted one (shrink-on-load).
      const resized = flatRgb(decoding(picture.bytes).flatten({ background: colour })).resize(width, height, {
        fit,
        kernel,
        background: colour,
        withoutEnlargement: encoding !== undefined,
      });
      return encoding === 'jpeg'
        ? resized.jpeg({ quality: JPEG_QUALITY, chromaSubsampling: '4:4:4' }).toBuffer()
        : resized.raw().toBuffer();
    },
    signal,
  );
  if (encoding) return rgb;
  if (rgb.length !== width * height * 3) {
    throw new Error(`Expected ${width * height * 3} bytes of RGB, got ${rgb.length}. This is a bug.`);
  }
  return rgb;
}

/** Grey, palette, 16 bit and CMYK alike become three bands of 8 bits. */
export const flatRgb = (pipeline: Sharp): Sharp => pipeline.toColourspace('srgb').removeAlpha();
