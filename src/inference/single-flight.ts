/**
 * One computation for all who ask for the same thing at the same time. Each asker may leave on their own; the computation is
 * aborted only when the last one has left. Progress reaches all; who joins late hears the latest first.
 */

/** Why a flight is aborted. Nobody is left to read it. */
const LEFT = 'the last asker left';

type Listener<P> = (progress: P) => void;

interface Flight<T, P> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  readonly listeners: Set<Listener<P>>;
  latest: P | undefined;
  askers: number;
}

export interface JoinOptions<P> {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: Listener<P> | undefined;
}

export class SingleFlight<T, P = never> {
  readonly #flights = new Map<string, Flight<T, P>>();

  /** Joins the flight of `key`, or starts it. Rejects with the signal's reason when this asker leaves. */
  async join(
    key: string,
    start: (signal: AbortSignal, tell: Listener<P>) => Promise<T>,
    { signal, onProgress }: JoinOptions<P> = {},
  ): Promise<T> {
    signal?.throwIfAborted();
    const flight = this.#flights.get(key) ?? this.#start(key, start);
    flight.askers += 1;
    if (onProgress) {
      flight.listeners.add(onProgress);
      if (flight.latest !== undefined) onProgress(flight.latest);
    }
    const left = Promise.withResolvers<never>();
    const leave = () => left.reject(signal?.reason);
    signal?.addEventListener('abort', leave, { once: true });
    try {
      return await Promise.race([flight.result, left.promise]);
    } finally {
      signal?.removeEventListener('abort', leave);
      if (onProgress) flight.listeners.delete(onProgress);
      flight.askers -= 1;
      if (flight.askers === 0) this.#abandon(key, flight);
    }
  }

  #start(key: string, start: (signal: AbortSignal, tell: Listener<P>) => Promise<T>): Flight<T, P> {
    const abort = new AbortController();
    const listeners = new Set<Listener<P>>();
    const tell = (progress: P) => {
      flight.latest = progress;
      for (const listener of listeners) listener(progress);
    };
    const result = Promise.resolve().then(() => start(abort.signal, tell));
    const flight: Flight<T, P> = { result, abort, listeners, latest: undefined, askers: 0 };
    this.#flights.set(key, flight);
    // Rejections reach the askers; when all have left, nobody is there to hear it.
    result.catch(() => {}).finally(() => this.#abandon(key, flight));
    return flight;
  }

  /** Forgets the flight, so that the next asker starts anew; aborting one that landed does nothing. */
  #abandon(key: string, flight: Flight<T, P>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
    // A reason of its own, as the default one is an exception with a stack, made for every flight that lands.
    flight.abort.abort(LEFT);
  }
}
