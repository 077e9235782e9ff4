/**
 * A picture as drawings show it to people: upright, opaque, small ones grown and large ones shrunk to a size of their own.
 * @throws SightlineError what `openPicture` throws, and `truncated_image`
 */
import { decodeWithin, decoding } from './decoder.ts';
import { flatRgb, openPicture } from './picture.ts';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** [height * width * 3] */
  readonly data: Uint8Array;
}

const WHITE = { r: 255, g: 255, b: 255 };

/** The longest side is brought between `min` and `max` pixels. */
export async function shownPicture(
  bytes: Uint8Array,
  { min, max }: { readonly min: number; readonly max: number },
): Promise<Pixels> {
  const picture = await openPicture(bytes);
  const longest = Math.max(picture.width, picture.height);
  const scale = Math.min(max, Math.max(min, longest)) / longest;
  const side = (length: number) => Math.max(1, Math.round(length * scale));
  const { data, info } = await decodeWithin(picture, () =>
    flatRgb(decoding(bytes).flatten({ background: WHITE }))
      .resize(side(picture.width), side(picture.height), { fit: 'fill' })
      .raw()
      .toBuffer({ resolveWithObject: true }),
  );
  return { data, width: info.width, height: info.height };
}
