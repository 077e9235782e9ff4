/** A picture as servers take it: a JPEG in a data URL. */
import sharp from 'sharp';
import type { Pixels } from '#core/pixels.ts';

/** Beyond this no model sees a difference; below it letters get fringes, and so they do with fewer colours than pixels. */
const JPEG = { quality: 90, chromaSubsampling: '4:4:4' } as const;

export async function pictureUrl({ rgb, width, height }: Pixels): Promise<string> {
  const jpeg = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg(JPEG)
    .toBuffer();
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
}
