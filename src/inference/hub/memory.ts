/** Whether a model fits into memory, asked before anything is loaded: a host that swaps or kills helps nobody. */
import { SightlineError } from '#core/errors.ts';

/** onnxruntime holds the weights and repacked copies of many of them; caches and pictures come on top. */
const MEMORY_PER_BYTE = 1.5;

const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;

/** @throws SightlineError `model_too_large` */
export function checkMemory(id: string, weightBytes: number, available: number = process.availableMemory()): void {
  const needed = weightBytes * MEMORY_PER_BYTE;
  if (needed <= available) return;
  throw new SightlineError('model_too_large', {
    detail: `${id} needs about ${gigabytes(needed)}, ${gigabytes(available)} are free`,
  });
}
