/**
 * How many pixels may be decoded at the same time, so that memory stays bounded whatever comes in. First come, first
 * served: a large picture is not overtaken for ever by small ones. One that waits can be called off.
 */
import { SightlineError } from '#core/errors.ts';

interface Waiting {
  readonly pixels: number;
  readonly start: () => void;
}

export class PixelBudget {
  readonly #capacity: number;
  #free: number;
  readonly #waiting = new Set<Waiting>();

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#free = capacity;
  }

  /**
   * Waits for room and returns how to give it back.
   * @throws SightlineError `cancelled` when `signal` aborts before there is room
   */
  take(pixels: number, signal?: AbortSignal): Promise<() => void> {
    // What is larger than the whole budget waits for all of it instead of for ever.
    const share = Math.min(pixels, this.#capacity);
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        pixels: share,
        start: () => {
          signal?.removeEventListener('abort', callOff);
          resolve(() => {
            this.#free += share;
            this.#startWaiting();
          });
        },
      };
      const callOff = () => {
        this.#waiting.delete(entry);
        reject(new SightlineError('cancelled'));
        this.#startWaiting();
      };
      if (signal?.aborted) {
        reject(new SightlineError('cancelled'));
        return;
      }
      signal?.addEventListener('abort', callOff, { once: true });
      this.#waiting.add(entry);
      this.#startWaiting();
    });
  }

  #startWaiting(): void {
    for (const entry of this.#waiting) {
      if (entry.pixels > this.#free) return;
      this.#free -= entry.pixels;
      this.#waiting.delete(entry);
      entry.start();
    }
  }
}
