/** How much of an earlier talk a new prompt begins with, and the caches of just that. */
import { DynamicCache, Tensor } from '@huggingface/transformers';
import type { Talk } from './picture-memory.ts';

/**
 * The caches of the longest beginning that `ids` shares with the talk; undefined when it does not reach past the picture, as a
 * picture half read helps nobody. At least one token is left for the model to read.
 */
export function sharedPast(talk: Talk, ids: readonly bigint[], imageToken: bigint): Record<string, Tensor> | undefined {
  const most = Math.min(talk.ids.length, ids.length - 1);
  let shared = 0;
  while (shared < most && talk.ids[shared] === ids[shared]) shared += 1;
  if (shared === 0 || ids.lastIndexOf(imageToken) >= shared) return undefined;
  const entries = Object.entries(talk.past);
  if (shared === talk.ids.length) return new DynamicCache(Object.fromEntries(entries));
  // What lies on a graphics card would have to be fetched first, and a state of fixed size cannot be wound back.
  if (entries.some(([name, { location }]) => location !== 'cpu' || !name.startsWith('past_key_values.')))
    return undefined;
  return new DynamicCache(Object.fromEntries(entries.map(([name, tensor]) => [name, firstTokens(tensor, shared)])));
}

/** The first `count` of T in a cache [B, heads, T, d]. */
function firstTokens(tensor: Tensor, count: number): Tensor {
  const [batch, heads, length, size] = tensor.dims as [number, number, number, number];
  const data = tensor.data as Float32Array;
  const rows = batch * heads;
  const kept = new (data.constructor as new (length: number) => Float32Array)(rows * count * size);
  for (let row = 0; row < rows; row += 1) {
    kept.set(data.subarray(row * length * size, (row * length + count) * size), row * count * size);
  }
  return new Tensor(tensor.type, kept, [batch, heads, count, size]);
}
