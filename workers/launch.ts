/** `npm run worker`: the worker process with the memory settings that `npm start` gives its own, in any shell. */
import { withFewArenas } from '#ops/few-arenas.ts';

withFewArenas();
await import('./main.ts');
