/** So many of a thing in each second, counted from its first; what is beyond is left out, not put off. */
export interface Budget {
  /** Takes one; false when none is left. */
  take(): boolean;
}

const SECOND_MS = 1_000;

export function createBudget(perSecond: number, now: () => number): Budget {
  let left = perSecond;
  let filledAt = now();
  return {
    take() {
      const at = now();
      if (at - filledAt >= SECOND_MS) {
        left = perSecond;
        filledAt = at;
      }
      if (left <= 0) return false;
      left -= 1;
      return true;
    },
  };
}
