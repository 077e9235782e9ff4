/** From the ids of a model to the text that a person may see: whole characters, nothing from a stop word on. */

/** A byte-level token can end in the middle of a character, which decodes to this. */
const BROKEN_CHARACTER = /\uFFFD+$/u;

export interface SpokenText {
  readonly text: string;
  /** A stop word was said: nothing after it counts. */
  readonly stopped: boolean;
}

export function spokenText(decoded: string, stopWords: readonly string[]): SpokenText {
  const whole = decoded.replace(BROKEN_CHARACTER, '');
  const ends = stopWords.map((word) => whole.indexOf(word)).filter((at) => at >= 0);
  if (ends.length > 0) return { text: whole.slice(0, Math.min(...ends)).trim(), stopped: true };
  return { text: whole.trim(), stopped: false };
}

/** The text so far, without an end that may become a stop word. */
export function shownSoFar(decoded: string, stopWords: readonly string[]): string {
  const { text, stopped } = spokenText(decoded, stopWords);
  if (stopped) return text;
  const longest = Math.max(0, ...stopWords.map((word) => beginningAtEnd(decoded, word)));
  return longest === 0 ? text : spokenText(decoded.slice(0, decoded.length - longest), []).text;
}

/** How much of `word` stands at the end of `text`. */
function beginningAtEnd(text: string, word: string): number {
  for (let length = Math.min(word.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(word.slice(0, length))) return length;
  }
  return 0;
}
