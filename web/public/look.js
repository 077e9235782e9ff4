// @ts-check
/**
 * "Where did you look?": the heat map over a post's picture and its words below. One answer of a post at a time; the
 * answer's words become buttons, each showing its own map while pointed at or focused, and staying when pressed.
 */
import { paintHeat, wholeAnswer } from './heat-map.js';
import { part } from './parts.js';
import { whereInWords } from './where.js';

/** @import { Answer } from '../../src/core/answer.ts' */

/** @typedef {{answer: Answer, button: HTMLButtonElement, text: HTMLElement}} Shown */

/** @param {HTMLElement} post */
export function createLook(post) {
  const canvas = part(post, 'heat', HTMLCanvasElement);
  const legend = part(post, 'legend', HTMLElement);
  const where = part(post, 'where', HTMLElement);
  /** @type {Shown | undefined} */
  let shown;
  /** The answer as it stood before its words became buttons. */
  let said = '';
  /** The word that stays when the pointer leaves; -1 for the whole answer. */
  let pinned = -1;

  /** @param {number} index */
  const show = (index) => {
    if (!shown) return;
    const { evidence } = shown.answer;
    const word = evidence.words[index];
    const map = word ? { rows: evidence.rows, columns: evidence.columns, heat: word.heat } : wholeAnswer(evidence);
    paintHeat(canvas, map);
    const sentence = `${word ? `For “${word.word.trim()}” the` : 'The'} model looked ${whereInWords(map)}.`;
    where.textContent = sentence;
    canvas.setAttribute('aria-label', `Heat map. ${sentence}`);
  };

  /** @param {number} index */
  const pin = (index) => {
    pinned = pinned === index ? -1 : index;
    for (const [at, button] of [...(shown?.text.querySelectorAll('button') ?? [])].entries()) {
      button.setAttribute('aria-pressed', String(at === pinned));
    }
    show(pinned);
  };

  const close = () => {
    if (!shown) return;
    shown.button.setAttribute('aria-pressed', 'false');
    shown.text.replaceChildren(said);
    shown = undefined;
    canvas.hidden = true;
    legend.hidden = true;
    post.classList.remove('looking');
  };

  /** @param {Shown} next */
  const open = (next) => {
    close();
    shown = next;
    said = next.text.textContent ?? '';
    pinned = -1;
    next.button.setAttribute('aria-pressed', 'true');
    if (next.answer.evidence.words.length > 1) next.text.replaceChildren(...wordButtons(next.answer));
    canvas.hidden = false;
    legend.hidden = false;
    post.classList.add('looking');
    show(-1);
    // On a phone the picture now covers what was above.
    next.text.scrollIntoView({ block: 'nearest' });
  };

  /** @param {Answer} answer */
  const wordButtons = ({ evidence }) =>
    evidence.words.flatMap(({ word, heat }, index) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'word';
      button.textContent = word.trim();
      button.setAttribute('aria-pressed', 'false');
      button.setAttribute('aria-label', `${word.trim()}: looked ${whereInWords({ ...evidence, heat })}`);
      for (const event of ['pointerenter', 'focus']) button.addEventListener(event, () => show(index));
      for (const event of ['pointerleave', 'blur']) button.addEventListener(event, () => show(pinned));
      button.addEventListener('click', () => pin(index));
      return [button, ' '];
    });

  post.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || !shown) return;
    const { button } = shown;
    close();
    button.focus();
  });

  return {
    /** @param {Shown} next */
    toggle: (next) => (shown?.button === next.button ? close() : open(next)),
  };
}
