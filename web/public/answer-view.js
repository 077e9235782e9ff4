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

/** Nobody measured how often these are right.
 * @type {ReadonlySet<Task>} */
const SENTENCES = new Set(['caption', 'alt-text']);

/** Never 0 or 100: the model is never that certain of being wrong or right. */
const inPercent = (/** @type {number} */ confidence) =>
  confidence < 0.01 ? 'under 1 %' : confidence > 0.99 ? 'over 99 %' : `${Math.round(confidence * 100)} %`;

/** Whole sentences have commas of their own. */
const listed = (/** @type {string[]} */ texts) =>
  texts.map((text) => text.replace(/\.$/, '')).join(texts.some((text) => text.includes(',')) ? '; ' : ', ');

const isYesNo = (/** @type {string} */ text) => /^(yes|no)$/i.test(text);

/**
 * A yes or no that is little better than a guess: what it may be otherwise is plain, and how likely says nothing more.
 * @param {Answer} answer
 */
const isGuess = ({ text, certainty, alternatives }) =>
  certainty === 'not sure' && isYesNo(text) && alternatives.every((other) => isYesNo(other.text));

/** @param {Answer} answer */
const inWords = (answer) => (isGuess(answer) ? `perhaps ${answer.text}` : answer.text);

/** @param {Answer} answer */
const othersOf = (answer) =>
  isGuess(answer) ? [] : answer.alternatives.map((other) => other.text).filter((other) => other !== answer.text);

/**
 * @param {HTMLElement} exchange
 * @param {Answer} answer
 * @param {{task: Task, toggleLook: (shown: {answer: Answer, button: HTMLButtonElement, text: HTMLElement}) => void}} room
 */
export function showAnswer(exchange, answer, { task, toggleLook }) {
  const text = part(exchange, 'answer', HTMLElement);
  text.textContent = inWords(answer);
  text.hidden = false;

  const percent = inPercent(answer.confidence);
  part(exchange, 'certainty', HTMLElement).dataset.certainty = answer.certainty;
  const known = answer.certainty !== 'unknown';
  const measured = known && answer.calibrated !== false;
  // Of a sentence its own word would say nothing.
  const tells = known && !isGuess(answer) && !SENTENCES.has(task);
  const title = measured && tells ? `${percent} of answers that felt like this were right` : '';
  part(exchange, 'certainty', HTMLElement).title = title;
  part(exchange, 'certainty-words', HTMLElement).textContent = SURE[answer.certainty];
  part(exchange, 'certainty-number', HTMLElement).textContent = tells
    ? `${percent} ${measured ? 'likely right' : 'by its own word'}`
    : '';

  const others = othersOf(answer);
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
export function spoken(answer) {
  const others = othersOf(answer);
  const also = others.length > 0 ? ` It may also be: ${listed(others)}.` : '';
  return `${inWords(answer).replace(/\.$/, '')}. ${SURE[answer.certainty]}.${also}`;
}
