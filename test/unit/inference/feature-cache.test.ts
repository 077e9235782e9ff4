import { describe, expect, it } from 'vitest';
import { FeatureCache } from '#inference/feature-cache.ts';

const SIZE = 4;
const features = (memory = new Float32Array(SIZE)) => ({ memory, embedding: new Float32Array(1) });
const BYTES = (SIZE + 1) * Float32Array.BYTES_PER_ELEMENT;

describe('feature cache', () => {
  it('gives what was kept under a key, and nothing under another', () => {
    const cache = new FeatureCache(10 * BYTES);
    const kept = features();
    cache.set('a', kept);
    expect(cache.get('a')).toBe(kept);
    expect(cache.get('b')).toBeUndefined();
  });

  it('keeps as many as fit in its bytes, the oldest go first', () => {
    const cache = new FeatureCache(2 * BYTES);
    for (const key of ['a', 'b', 'c']) cache.set(key, features());
    expect(['a', 'b', 'c'].map((key) => cache.get(key) !== undefined)).toEqual([false, true, true]);
  });

  it('lends the memory of a picture that went, and of none that is kept', () => {
    const cache = new FeatureCache(BYTES);
    const first = features();
    cache.set('a', first);
    expect(cache.take(SIZE)).not.toBe(first.memory);
    cache.set('b', features());
    expect(cache.take(SIZE)).toBe(first.memory);
    expect(cache.take(SIZE)).not.toBe(first.memory);
  });
});
