/** Features of pictures seen lately, bounded in bytes. Keys come from src/core/cache-key.ts only. */
import { LRUCache } from 'lru-cache';
import type { ImageFeatures } from './engine.ts';

export type FeatureCache = Pick<LRUCache<string, ImageFeatures>, 'get' | 'set'>;

export function createFeatureCache(maxBytes: number): FeatureCache {
  return new LRUCache<string, ImageFeatures>({
    maxSize: maxBytes,
    sizeCalculation: ({ memory, embedding }) => memory.byteLength + embedding.byteLength,
  });
}
