// @ts-check
/** The three ways in: chosen, dropped anywhere, pasted. */
import { byId } from './parts.js';

/**
 * @param {(files: File[]) => void} take
 * @returns {{choose: () => void}}
 */
export function openIntake(take) {
  const input = byId('file', HTMLInputElement);
  const veil = byId('veil', HTMLElement);
  const choose = () => input.click();

  byId('choose', HTMLButtonElement).addEventListener('click', choose);
  input.addEventListener('change', () => {
    take([...(input.files ?? [])]);
    // The same file again is a change too.
    input.value = '';
  });

  const holdsFiles = (/** @type {DragEvent} */ event) => event.dataTransfer?.types.includes('Files') ?? false;
  document.addEventListener('dragover', (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    veil.hidden = false;
  });
  document.addEventListener('dragleave', (event) => {
    // Leaving one element for another is no leaving of the page.
    if (event.relatedTarget === null) veil.hidden = true;
  });
  document.addEventListener('drop', (event) => {
    veil.hidden = true;
    if (!holdsFiles(event)) return;
    event.preventDefault();
    take([...(event.dataTransfer?.files ?? [])]);
  });

  document.addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    // Text goes where the cursor is.
    if (files.length === 0) return;
    event.preventDefault();
    take(files);
  });
  return { choose };
}
