// @ts-check
/** Copies an answer's text. Browsers lend the clipboard to secure pages only; elsewhere the text is selected instead. */
import { announce } from './announce.js';

const TOLD_MS = 2_000;

/**
 * @param {HTMLButtonElement} button
 * @param {HTMLElement} text
 */
export async function copyText(button, text) {
  const label = button.textContent;
  const words = await navigator.clipboard?.writeText(text.textContent ?? '').then(
    () => 'Copied',
    () => undefined,
  );
  if (!words) getSelection()?.selectAllChildren(text);
  const told = words ?? 'Selected: now press Ctrl+C';
  button.textContent = told;
  announce(told);
  setTimeout(() => {
    button.textContent = label;
  }, TOLD_MS);
}
