// @ts-check
/** The page's one live region: says what has ended, politely, and never each word as it streams in. */
import { byId } from './parts.js';

/** Screen readers hear a change, and two equal sentences in a row are none: the region is emptied in between. */
const PAUSE_MS = 60;

/** @type {string[]} */
const pending = [];
let speaking = false;

/** @param {string} sentence */
export function announce(sentence) {
  pending.push(sentence);
  if (!speaking) speakNext();
}

function speakNext() {
  const sentence = pending.shift();
  speaking = sentence !== undefined;
  if (sentence === undefined) return;
  const region = byId('announcer', HTMLElement);
  region.textContent = '';
  setTimeout(() => {
    region.textContent = sentence;
    setTimeout(speakNext, 1_000);
  }, PAUSE_MS);
}
