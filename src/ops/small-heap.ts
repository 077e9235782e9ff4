/**
 * What a process is told whose work is many small, short-lived things: V8 lets the young part of its heap grow to three times
 * 16 MB and more before it looks, which costs an idle bot 40 MB and a busy one 80.
 */
export const SMALL_HEAP = '--max-semi-space-size=4';
