// @ts-check
/** Which model answers, how often it was right where that was measured, and what it does not know. */
import { modelFacts } from './api.js';
import { byId } from './parts.js';

export async function showColophon() {
  const facts = await modelFacts().catch(() => undefined);
  // A room may run where the model's folder is not: then it says nothing of it.
  if (!facts) return;
  const [first] = facts.measured;
  const measured = first
    ? `, right on ${Math.round(first.accuracy * 100)} % of ${first.n.toLocaleString('en')} questions it had not seen`
    : '';
  byId('model-line', HTMLElement).textContent = `Answers by ${facts.id}${measured}.`;
  byId('model-limits-list', HTMLElement).replaceChildren(
    ...facts.limits.map((limit) => {
      const item = document.createElement('li');
      item.textContent = limit;
      return item;
    }),
  );
  byId('colophon', HTMLElement).hidden = false;
}
