/** `npm run bot`: the bot process with the memory settings that `npm start` gives its own, in any shell. */
import { withFewArenas } from '#ops/few-arenas.ts';
import { SMALL_HEAP } from '#ops/small-heap.ts';

withFewArenas(SMALL_HEAP);
await import('./main.ts');
