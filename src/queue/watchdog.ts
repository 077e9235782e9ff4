/** The script between us and a child that must not outlive us; it says itself how it is called. */
import { fileURLToPath } from 'node:url';

export const WATCHDOG = fileURLToPath(new URL('./watchdog.sh', import.meta.url));
