/** Seeded chance (mulberry32): the same seed gives the same faults in the same order. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of the named chances, or none: the chances add up to 1 at most. */
export function pick<K extends string>(random: () => number, chances: Partial<Record<K, number>>): K | null {
  let left = random();
  for (const [kind, chance] of Object.entries(chances) as [K, number][]) {
    left -= chance;
    if (left < 0) return kind;
  }
  return null;
}
