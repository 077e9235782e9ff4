/** Reasoning that a model writes out before its answer, `<think>…</think>`, told apart from the answer. */

const OPEN = '<think>';
const CLOSE = '</think>';

export interface Reasoned {
  readonly answer: string;
  /** Null where there was none. */
  readonly rationale: string | null;
}

/** @param text so far; while it still reasons, or may just be about to, the answer is empty */
export function splitReasoning(text: string): Reasoned {
  const said = text.trimStart();
  if (!said.startsWith(OPEN)) {
    const mayBecome = said.length < OPEN.length && OPEN.startsWith(said);
    return { answer: mayBecome ? '' : said, rationale: null };
  }
  const end = said.indexOf(CLOSE);
  if (end < 0) return { answer: '', rationale: said.slice(OPEN.length).trim() };
  return { answer: said.slice(end + CLOSE.length).trimStart(), rationale: said.slice(OPEN.length, end).trim() };
}

/** How many of the tokens, in order, belong to the reasoning. */
export function reasoningTokens(tokens: readonly { readonly text: string }[]): number {
  let said = '';
  if (
    !tokens
      .slice(0, OPEN.length)
      .map(({ text }) => text)
      .join('')
      .trimStart()
      .startsWith(OPEN)
  )
    return 0;
  const last = tokens.findIndex(({ text }) => {
    said += text;
    return said.includes(CLOSE);
  });
  return last < 0 ? tokens.length : last + 1;
}
