/**
 * glibc keeps a heap per thread and gives little back: two of them save a busy worker some 200 MB. By itself it raises its
 * thresholds with the largest block it frees, and then keeps what large pictures took: fixed, it gives that back. It reads the settings when a
 * process begins, so a process that began without begins anew in its own place: same id, same terminal, same signals.
 */
export const FEW_ARENAS = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_TRIM_THRESHOLD_: '131072',
  MALLOC_MMAP_THRESHOLD_: '131072',
} as const;

/** @param flags of Node, which begin with the process too */
export function withFewArenas(...flags: readonly string[]): void {
  // Elsewhere there is no glibc. A channel to a parent would not survive, and a parent can set it.
  if (process.platform !== 'linux' || process.channel || process.env.MALLOC_ARENA_MAX !== undefined) return;
  const words = [process.execPath, ...process.execArgv, ...flags, ...process.argv.slice(1)];
  process.execve?.(process.execPath, words, { ...process.env, ...FEW_ARENAS });
}
