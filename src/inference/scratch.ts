/**
 * Memory that one batch after another works in, tensors by name: megabytes made fresh for every batch cost page faults, and
 * wake V8's collector, whose threads then take the time of the pictures' decoding. What a tensor holds at first is left
 * over from the last batch.
 */
import { Tensor } from 'onnxruntime-node';

export class Scratch {
  readonly #buffers = new Map<string, Float32Array>();

  /** A float tensor on the memory kept under `name`, which grows to the largest ever asked for. */
  tensor(name: string, dims: readonly number[]): Tensor {
    const size = dims.reduce((product, dim) => product * dim, 1);
    const known = this.#buffers.get(name);
    const buffer = known && known.length >= size ? known : new Float32Array(size);
    this.#buffers.set(name, buffer);
    return new Tensor('float32', buffer.subarray(0, size), dims);
  }
}

/** As many as were ever in use at once: one per thread, as an engine works at one batch at a time. */
const idle: Scratch[] = [];

/** Lends a scratch until `work` ends; nothing on it may be kept longer. */
export async function withScratch<T>(work: (scratch: Scratch) => Promise<T>): Promise<T> {
  const scratch = idle.pop() ?? new Scratch();
  try {
    return await work(scratch);
  } finally {
    idle.push(scratch);
  }
}
