// @ts-check
/** A finished answer: how sure, what else it may be, where it looked, and a copy of it for alt text. */
import { copyText } from './copy-text.js';
import { part } from './parts.js';

/** @import { Answer } from '../../src/core/answer.ts' */
/** @import { Task } from '../../src/core/task.ts' */

const SURE = {
  sure: 'Sure',
  'fairly sure': 'Fairly sure',
  'not sure': 'Not sure',
  unknown: 'This model does not say how sure it is',
};

/** Never 0 or 100: the model is never that certain of being wrong or right. */
const inPercent = (/** @type {number} */ confidence) =>
  confidence < 0.01 ? 'under 1 %' : confidence > 0.99 ? 'over 99 %' : `${Math.round(confidence * 100)} %`;

/** Whole sentences have commas of their own. */
const listed = (/** @type {string[]} */ texts) =>
  texts.map((text) => text.replace(/\.$/, '')).join(texts.some((text) => text.includes(',')) ? '; ' : ', ');

/**
 * @param {HTMLElement} exchange
 * @param {Answer} answer
 * @param {{task: Task, toggleLook: (shown: {answer: Answer, button: HTMLButtonElement, text: HTMLElement}) => void}} room
 */
export function showAnswer(exchange, answer, { task, toggleLook }) {
  const text = part(exchange, 'answer', HTMLElement);
  text.textContent = answer.text;
  text.hidden = false;

  const percent = inPercent(answer.confidence);
  part(exchange, 'certainty', HTMLElement).dataset.certainty = answer.certainty;
  const known = answer.certainty !== 'unknown';
  const measured = known && answer.calibrated !== false;
  const title = measured ? `${percent} of answers that felt like this were right` : '';
  part(exchange, 'certainty', HTMLElement).title = title;
  part(exchange, 'certainty-words', HTMLElement).textContent = SURE[answer.certainty];
  part(exchange, 'certainty-number', HTMLElement).textContent = !known
    ? ''
    : `${percent} ${measured ? 'likely right' : 'by its own word'}`;

  const others = answer.alternatives.map((other) => other.text).filter((other) => other !== answer.text);
  const alternatives = part(exchange, 'alternatives', HTMLElement);
  alternatives.hidden = others.length === 0;
  if (others.length > 0) alternatives.textContent = `It may also be: ${listed(others)}.`;

  const look = part(exchange, 'look', HTMLButtonElement);
  look.hidden = answer.evidence.words.length === 0;
  look.addEventListener('click', () => toggleLook({ answer, button: look, text }));
  const copy = part(exchange, 'copy', HTMLButtonElement);
  copy.hidden = task !== 'alt-text';
  copy.addEventListener('click', () => copyText(copy, text));
  part(exchange, 'finished', HTMLElement).hidden = false;
}

/** @param {Answer} answer */
export const spoken = ({ text, certainty, alternatives }) =>
  `${text.replace(/\.$/, '')}. ${SURE[certainty]}.${alternatives.length > 0 ? ` It may also be: ${listed(alternatives.map((other) => other.text))}.` : ''}`;
