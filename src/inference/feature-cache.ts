/**
 * Features of pictures seen lately, bounded in bytes, beside the sessions that use them: on another thread each picture would
 * be a large object for the collector to chase. Keys come from src/core/cache-key.ts only.
 */
import { LRUCache } from 'lru-cache';

/** What the image says, computed once per picture. */
export interface ImageFeatures {
  /** What every layer of the decoder attends to, [P, D] row-major. */
  readonly memory: Float32Array;
  /** CLIP image embedding, L2-normalised, [E]. */
  readonly embedding: Float32Array;
}

export class FeatureCache {
  readonly #features: LRUCache<string, ImageFeatures>;
  /** Memories whose picture went: the next pictures are written over them. */
  readonly #idle: Float32Array[] = [];

  constructor(maxBytes: number) {
    this.#features = new LRUCache<string, ImageFeatures>({
      maxSize: maxBytes,
      sizeCalculation: ({ memory, embedding }) => memory.byteLength + embedding.byteLength,
      dispose: ({ memory }) => void this.#idle.push(memory),
    });
  }

  get(key: string): ImageFeatures | undefined {
    return this.#features.get(key);
  }

  /** Room for a memory of `size` numbers. What was evicted may be in use until the batch that evicted it ends. */
  take(size: number): Float32Array {
    const idle = this.#idle.pop();
    return idle?.length === size ? idle : new Float32Array(size);
  }

  set(key: string, features: ImageFeatures): void {
    this.#features.set(key, features);
  }
}
