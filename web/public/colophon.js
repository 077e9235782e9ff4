// @ts-check
/** Which model answers, how often it was right where that was measured, and what it does not know. */
import { modelFacts } from './api.js';
import { byId } from './parts.js';

/** The card's held-out sets that a person can make sense of. */
const MEASURED = [
  { on: 'heldOut', words: 'questions about new pictures' },
  { on: 'heldOutStyle', words: 'in an art style it never saw' },
];

/** @param {{ name: string, dtype: string, warning?: string | undefined }} device */
const deviceWords = ({ name, dtype, warning }) => `${name}, ${dtype}${warning === undefined ? '' : `; ${warning}`}`;

export async function showColophon() {
  const facts = await modelFacts().catch(() => undefined);
  // A room may run where the model's folder is not: then it says nothing of it.
  if (!facts) return;
  const lines = MEASURED.flatMap(({ on, words }) => {
    const found = facts.measured.find((measured) => measured.on === on);
    return found ? [`${Math.round(found.accuracy * 100)} % of ${found.n.toLocaleString('en')} ${words}`] : [];
  });
  const measured = lines.length > 0 ? ` Measured right: ${lines.join(', ')}.` : '';
  const device = facts.device ? ` Runs on ${deviceWords(facts.device)}.` : '';
  byId('model-line', HTMLElement).textContent = `Answers by ${facts.id}.${measured}${device}`;
  byId('model-limits-list', HTMLElement).replaceChildren(
    ...facts.limits.map((limit) => {
      const item = document.createElement('li');
      item.textContent = limit;
      return item;
    }),
  );
  document.body.classList.toggle('remembers', facts.conversation === true);
  byId('colophon', HTMLElement).hidden = false;
}
