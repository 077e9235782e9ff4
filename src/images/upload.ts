/**
 * An upload as it is kept for the workers: decoded by us, upright, without metadata, bounded in size, encoded again.
 * Nothing of the original file goes further than this (DESIGN §3.12).
 * @throws SightlineError what `openPicture` throws, and `truncated_image`
 */
import { LIMITS } from '#core/limits.ts';
import { decodeWithin, decoding } from './decoder.ts';
import { openPicture } from './picture.ts';
import { sha256Of } from './sha256.ts';

export interface Upload {
  readonly bytes: Uint8Array;
  /** Of `bytes`, the picture's identity from here on. */
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  readonly type: 'image/png' | 'image/jpeg';
}

/** Up to here a lossless copy costs little; a drawing or an emoji must not get JPEG's fringes. */
const LOSSLESS_PIXELS = 512 * 512;
const WHITE = { r: 255, g: 255, b: 255 };

export async function normaliseUpload(
  original: Uint8Array,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Upload> {
  const picture = await openPicture(original);
  return decodeWithin(
    picture,
    async () => {
      const side = LIMITS.uploadSide;
      const small = picture.width * picture.height <= LOSSLESS_PIXELS;
      const resized = decoding(original).resize(side, side, { fit: 'inside', withoutEnlargement: true });
      // Transparency is kept where the format can: each model has a background of its own.
      const { data, info } = small
        ? await resized.toColourspace('srgb').png({ compressionLevel: 6 }).toBuffer({ resolveWithObject: true })
        : await resized
            .flatten({ background: WHITE })
            .toColourspace('srgb')
            .jpeg({ quality: 92, chromaSubsampling: '4:4:4' })
            .toBuffer({ resolveWithObject: true });
      const type = small ? 'image/png' : 'image/jpeg';
      return { bytes: data, sha256: sha256Of(data), width: info.width, height: info.height, type } as const;
    },
    signal,
  );
}
