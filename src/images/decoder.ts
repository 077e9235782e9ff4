/**
 * sharp, set up once for bytes from strangers: only the loaders of the five kinds, no cache of decoded pictures, one
 * thread a picture (pictures side by side use the cores better), and a budget of pixels decoded at the same time.
 */
import sharp, { type Metadata, type Sharp } from 'sharp';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { PixelBudget } from './pixel-budget.ts';

sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
    'VipsForeignLoadHeifBuffer',
  ],
});
sharp.cache(false);
sharp.concurrency(1);

/** One picture of the largest size at a time, or many small ones. */
const budget = new PixelBudget(LIMITS.imagePixels);

/** Upright, first frame only, refusing what is damaged. */
const CAREFUL = { autoOrient: true, failOn: 'error', pages: 1, sequentialRead: true } as const;

/** What the header says, pixels not decoded; the pixel limit is the caller's to check and to tell. */
export const readHeader = (bytes: Uint8Array): Promise<Metadata> =>
  sharp(bytes, { ...CAREFUL, limitInputPixels: false }).metadata();

/** A decoding pipeline that ends when it takes too long. */
export const decoding = (bytes: Uint8Array): Sharp =>
  sharp(bytes, { ...CAREFUL, limitInputPixels: LIMITS.imagePixels }).timeout({ seconds: LIMITS.decodeSeconds });

/**
 * Runs `decode` when the budget has room for the pixels it holds. A decode that runs is not stopped by `signal`
 * (libvips cannot), but its result is dropped and its time is bounded.
 * @throws SightlineError `truncated_image`, `image_too_many_pixels`, `cancelled`
 */
export async function decodeWithin<T>(
  { width, height, held }: { readonly width: number; readonly height: number; readonly held: number },
  decode: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const release = await budget.take(held, signal);
  try {
    const decoded = await decode();
    if (signal?.aborted) throw new SightlineError('cancelled');
    return decoded;
  } catch (cause) {
    if (cause instanceof SightlineError) throw cause;
    if (cause instanceof Error && cause.message.startsWith('timeout')) {
      const detail = `${width} × ${height}, which takes too long to open`;
      throw new SightlineError('image_too_many_pixels', { detail, cause });
    }
    throw new SightlineError('truncated_image', { cause });
  } finally {
    release();
  }
}
