/**
 * How many fetched bytes are held at once. When there are too many, the largest download still running is cut: nobody waits
 * for another's slow peer, and small pictures go on.
 */
export interface Download {
  add(byteLength: number): void;
  /** What came so far is let go of: it is tried again. */
  restart(): void;
  /** All of it has come: it is held, but no longer to be cut. */
  complete(): void;
  /** Its bytes are let go of. */
  release(): void;
}

export function createBytesInFlight(maxBytes: number): { open(cut: () => void): Download; readonly held: number } {
  let held = 0;
  const running = new Set<{ bytes: number; readonly cut: () => void }>();

  const cutLargest = () => {
    const [largest] = [...running].sort((one, other) => other.bytes - one.bytes);
    largest?.cut();
  };
  return {
    open(cut) {
      const entry = { bytes: 0, cut };
      running.add(entry);
      const restart = () => {
        held -= entry.bytes;
        entry.bytes = 0;
      };
      return {
        restart,
        add(byteLength) {
          entry.bytes += byteLength;
          held += byteLength;
          if (held > maxBytes) cutLargest();
        },
        complete: () => void running.delete(entry),
        release() {
          running.delete(entry);
          restart();
        },
      };
    },
    get held() {
      return held;
    },
  };
}
