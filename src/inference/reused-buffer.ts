/**
 * One large buffer that is lent out and comes back: fresh megabytes for every batch cost page faults and stay until they are
 * collected. Who comes while it is lent gets one of their own. What a borrower finds in it is left over from the last.
 */
export class ReusedBuffer {
  #idle: Float32Array | undefined;

  /** At least `size` long. */
  take(size: number): Float32Array {
    const idle = this.#idle;
    this.#idle = undefined;
    return idle && idle.length >= size ? idle : new Float32Array(size);
  }

  giveBack(buffer: Float32Array): void {
    if (buffer.length >= (this.#idle?.length ?? 0)) this.#idle = buffer;
  }
}
