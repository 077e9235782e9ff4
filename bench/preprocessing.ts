/** Bytes to pixel values: sharp with shrink-on-load against transformers.js' RawImage and CLIPImageProcessor. */
import { dirname } from 'node:path';
import { AutoProcessor, env, RawImage } from '@huggingface/transformers';
import { openPicture, toRgb } from '#images/picture.ts';
import type { LoadedModel } from '#inference/model-folder.ts';
import { toPixelValues } from '#inference/preprocess.ts';
import { drawScene } from './pictures.ts';
import { timeRounds } from './rounds.ts';
import { atLeast, type Row, row } from './row.ts';
import { estimate, ratios } from './statistics.ts';

/** A phone's screenshot, about. */
const SIDE = 1200;
/** Mean absolute difference of pixel values: transformers.js does not anti-alias, so its resize differs, but not wildly. */
const ALIKE = 0.1;

export async function preprocessing({ folder, card }: LoadedModel, rounds: number): Promise<Row[]> {
  env.allowRemoteModels = false;
  env.localModelPath = dirname(folder);
  const processor = await AutoProcessor.from_pretrained(card.id);
  const scene = drawScene(3, SIDE);
  const pictures = {
    JPEG: await scene.clone().jpeg({ quality: 88 }).toBuffer(),
    PNG: await scene.clone().png().toBuffer(),
    WebP: await scene.clone().webp().toBuffer(),
    GIF: await scene.clone().gif().toBuffer(),
  };
  const rows: Row[] = [];
  for (const [kind, bytes] of Object.entries(pictures)) {
    const ours = async () =>
      toPixelValues([await toRgb(await openPicture(bytes), card.preprocessing)], card.preprocessing);
    const theirs = async () => {
      const picture = await RawImage.fromBlob(new Blob([Uint8Array.from(bytes)]));
      const { pixel_values: pixels } = (await processor(picture)) as { pixel_values: { data: Float32Array } };
      return pixels.data;
    };
    const [mine, other] = [await ours(), await theirs()];
    const difference =
      mine.reduce((sum, value, i) => sum + Math.abs(value - (other[i] ?? Number.NaN)), 0) / mine.length;
    if (!(difference <= ALIKE)) throw new Error(`${kind}: pixel values differ by ${difference} on average`);
    const times = await timeRounds(
      { ours: async () => void (await ours()), theirs: async () => void (await theirs()) },
      rounds,
    );
    const bar = atLeast(kind === 'JPEG' ? 3 : 1.5);
    rows.push(
      row(
        `preprocessing against transformers.js, ${kind}, times faster`,
        estimate(ratios(times.theirs, times.ours)),
        bar,
      ),
    );
  }
  return rows;
}
