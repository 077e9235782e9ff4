/** The time of the loopback Discord: the machine's, moved forward on demand (15 minutes of a token in no time), or frozen. */
export interface Clock {
  nowMs(): number;
  /** Moves time forward; it never goes back, as ids are made of it. */
  advance(ms: number): void;
  /** Stops time until it is advanced or thawed, so that a slow machine does not miss a deadline of 3 s. */
  freeze(): void;
  thaw(): void;
}

export function createClock(machineNowMs: () => number = Date.now): Clock {
  let aheadMs = 0;
  let frozenAtMs: number | null = null;
  const nowMs = () => frozenAtMs ?? machineNowMs() + aheadMs;
  return {
    nowMs,
    advance(ms) {
      if (ms < 0) throw new RangeError(`Expected time to move forward, got ${ms} ms`);
      if (frozenAtMs === null) aheadMs += ms;
      else frozenAtMs += ms;
    },
    freeze() {
      frozenAtMs = nowMs();
    },
    thaw() {
      if (frozenAtMs === null) return;
      aheadMs = Math.max(aheadMs, frozenAtMs - machineNowMs());
      frozenAtMs = null;
    },
  };
}
