/** Ids as Discord makes them: 42 bits of milliseconds since 2015, then a count, so that they sort by time. */
const DISCORD_EPOCH_MS = 1_420_070_400_000;

/** Each id is larger than the one before, also when the clock stands still. */
export function createSnowflakes(nowMs: () => number): () => string {
  let last = 0n;
  return () => {
    const fresh = BigInt(Math.floor(nowMs()) - DISCORD_EPOCH_MS) << 22n;
    last = fresh > last ? fresh : last + 1n;
    return last.toString();
  };
}

export const snowflakeTimeMs = (id: string): number => Number(BigInt(id) >> 22n) + DISCORD_EPOCH_MS;

/** Which shard hears of a guild: Discord's own formula. */
export const shardOfGuild = (guildId: string, shardCount: number): number =>
  Number((BigInt(guildId) >> 22n) % BigInt(shardCount));
