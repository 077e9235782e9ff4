/** Runs all variants in every round, in a rotating order, so that whatever else the machine does hits each alike. */

export type Variants = Readonly<Record<string, () => Promise<void> | void>>;

/**
 * Milliseconds per round of each variant; one round before them warms up and is not counted.
 * @param prepare runs before each round, off the clock, with its number from 0
 */
export async function timeRounds<V extends Variants>(
  variants: V,
  rounds: number,
  prepare?: (round: number) => Promise<void>,
): Promise<Record<keyof V, number[]>> {
  const names = Object.keys(variants) as (keyof V & string)[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<keyof V, number[]>;
  for (let round = -1; round < rounds; round += 1) {
    await prepare?.(round + 1);
    const shift = (round + 1) % names.length;
    for (const name of [...names.slice(shift), ...names.slice(0, shift)]) {
      const started = performance.now();
      await variants[name]?.();
      if (round >= 0) times[name].push(performance.now() - started);
    }
  }
  return times;
}
