/** Waits until something holds: looked at on every change of the world, and on a slow beat for what only time changes. */
import type { World } from '../world/world.ts';

/** Long, since a busy machine is no failure; a test that waits in vain fails by it. */
export const PATIENCE_MS = 20_000;
const BEAT_MS = 25;

export async function until<T>(
  world: World,
  look: () => T | null | undefined | false,
  { withinMs = PATIENCE_MS, otherwise }: { withinMs?: number; otherwise: () => string },
): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    const settle = (end: () => void) => {
      clearInterval(beat);
      clearTimeout(patience);
      world.signals.off('changed', check);
      end();
    };
    const check = () => {
      try {
        const found = look();
        if (found !== null && found !== undefined && found !== false) settle(() => resolve(found));
      } catch (error) {
        settle(() => reject(error instanceof Error ? error : new Error(String(error))));
      }
    };
    const beat = setInterval(check, BEAT_MS);
    const patience = setTimeout(() => settle(() => reject(new Error(otherwise()))), withinMs);
    world.signals.on('changed', check);
    check();
  });
}
