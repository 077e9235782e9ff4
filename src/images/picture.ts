/**
 * A picture within limits, from bytes nobody vouches for: opened by its header, decoded once and only when pixels are
 * asked for.
 * @throws SightlineError what `sniffImage` throws; `image_too_many_bytes`, `image_too_many_pixels`, `truncated_image`
 */
import type { Sharp } from 'sharp';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import type { Scaling } from '#core/model-card.ts';
import type { Pixels } from '#core/pixels.ts';
import { decodeWithin, decoding, readHeader } from './decoder.ts';
import { type ImageKind, sniffImage } from './sniff.ts';

export interface Picture {
  readonly bytes: Uint8Array;
  readonly kind: ImageKind;
  /** As a person sees it: after EXIF orientation, of the first frame. */
  readonly width: number;
  readonly height: number;
  /** What decoding it may hold, in pixels: see `costOf`. */
  readonly held: number;
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
  const { autoOrient, isProgressive } = await headerOf(bytes);
  const { width, height } = autoOrient;
  const cost = costOf(kind, isProgressive ?? false);
  if (width * height * cost > LIMITS.imagePixels) {
    const detail = `${width} × ${height}, at most ${LIMITS.imagePixels / cost / 1e6} million pixels`;
    throw new SightlineError('image_too_many_pixels', { detail });
  }
  return { bytes, kind, width, height, held: width * height * cost };
}

/**
 * Plain JPEG and PNG are decoded strip by strip. All others are held as a whole first, with up to 6 bytes a pixel
 * (coefficients of a progressive JPEG, planes of an AVIF): of these half as many pixels take as much memory.
 */
const costOf = (kind: ImageKind, isProgressive: boolean): number =>
  (kind === 'jpeg' || kind === 'png') && !isProgressive ? 1 : 2;

async function headerOf(bytes: Uint8Array) {
  try {
    return await readHeader(bytes);
  } catch (cause) {
    throw new SightlineError('truncated_image', { cause });
  }
}

/** RGB as the model's card wants it: upright, transparent parts on the card's background. */
export async function toPixels(
  picture: Picture,
  scaling: Scaling,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Pixels> {
  const { width, height, fit, kernel, background } = scaling;
  const [r, g, b] = background;
  const colour = { r, g, b };
  const { data, info } = await decodeWithin(
    picture,
    // JPEG and WebP are decoded straight to a size near the wanted one (shrink-on-load).
    () =>
      flatRgb(decoding(picture.bytes).flatten({ background: colour }))
        .resize(width, height, { fit, kernel, background: colour, withoutEnlargement: fit === 'inside' })
        .raw()
        .toBuffer({ resolveWithObject: true }),
    signal,
  );
  if (data.length !== info.width * info.height * 3) {
    throw new Error(`Expected ${info.width * info.height * 3} bytes of RGB, got ${data.length}. This is a bug.`);
  }
  return { rgb: data, width: info.width, height: info.height };
}

/** The RGB alone, for whoever knows the size. */
export const toRgb = async (...asked: Parameters<typeof toPixels>): Promise<Uint8Array> =>
  (await toPixels(...asked)).rgb;

/** Grey, palette, 16 bit and CMYK alike become three bands of 8 bits. */
export const flatRgb = (pipeline: Sharp): Sharp => pipeline.toColourspace('srgb').removeAlpha();
