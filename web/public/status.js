// @ts-check
/** The line in the head that says whether an answer can be had, looked up while the page is in sight. */
import { readiness } from './api.js';
import { byId } from './parts.js';

const EVERY_MS = 4_000;

const words = (/** @type {import('../pulse.ts').Pulse | undefined} */ pulse) => {
  if (!pulse) return { state: 'gone', words: 'The room does not answer' };
  if (!pulse.redis) return { state: 'gone', words: 'The queue does not answer' };
  if (pulse.workers === 0) return { state: 'waiting', words: 'Waiting for a worker' };
  return { state: 'ready', words: pulse.waiting > 1 ? `Ready, ${pulse.waiting} waiting` : 'Ready' };
};

export function watchStatus() {
  const look = async () => {
    if (document.hidden) return;
    const now = words(await readiness());
    byId('status', HTMLElement).dataset.state = now.state;
    byId('status-words', HTMLElement).textContent = now.words;
  };
  document.addEventListener('visibilitychange', look);
  setInterval(look, EVERY_MS);
  void look();
}
