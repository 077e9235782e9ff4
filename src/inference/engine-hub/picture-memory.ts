/**
 * What a model remembers of pictures: their features, and of the newest talk about each the caches, so that a follow-up reads
 * only its new words. Bounded in bytes; the picture talked about last is kept whatever it takes, or no talk would ever be.
 */
import type { Tensor } from '@huggingface/transformers';
import type { Opening } from './prompt-ids.ts';

export interface Talk {
  /** Every token that stands in the caches, in order. */
  readonly ids: readonly bigint[];
  readonly past: Readonly<Record<string, Tensor>>;
}

export interface RememberedPicture {
  /** What the model's own processor said of the picture, without its pixels. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly features: Tensor;
  /** What every prompt about it begins with, in tokens. */
  opening?: Opening;
  talk?: Talk;
}

export class PictureMemory {
  readonly #pictures = new Map<string, RememberedPicture>();
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): RememberedPicture | undefined {
    return this.#pictures.get(key);
  }

  /** Puts a picture first, and lets go of the oldest ones beyond the bound. */
  keep(key: string, picture: RememberedPicture): void {
    this.#pictures.delete(key);
    this.#pictures.set(key, picture);
    let bytes = [...this.#pictures.values()].reduce((sum, kept) => sum + bytesOf(kept), 0);
    for (const [oldest, kept] of this.#pictures) {
      if (bytes <= this.#maxBytes || oldest === key) break;
      bytes -= bytesOf(kept);
      forget(kept);
      this.#pictures.delete(oldest);
    }
  }

  clear(): void {
    for (const kept of this.#pictures.values()) forget(kept);
    this.#pictures.clear();
  }
}

const BYTES: Readonly<Record<string, number>> = { float32: 4, float16: 2, int64: 8 };

const tensorBytes = ({ type, dims }: Tensor): number => dims.reduce((product, dim) => product * dim, BYTES[type] ?? 4);

const bytesOf = ({ features, talk }: RememberedPicture): number =>
  tensorBytes(features) + Object.values(talk?.past ?? {}).reduce((sum, tensor) => sum + tensorBytes(tensor), 0);

/** Memory of a graphics card is not the collector's to free. */
function forget({ talk }: RememberedPicture): void {
  for (const tensor of Object.values(talk?.past ?? {})) if (tensor.location === 'gpu-buffer') tensor.dispose();
}
