/**
 * When an answer counts: lower-cased and stripped of articles and punctuation, it equals an accepted one or contains it as a
 * whole word. Yes, no and counts must be equal, digits and number words alike.
 */
const NUMBERS = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen ' +
  'eighteen nineteen twenty'
).split(' ');
const DIGITS = new Map(NUMBERS.map((word, number) => [word, String(number)]));
const ARTICLES = new Set(['a', 'an', 'the']);

/** "It's the Red car!" -> ["its", "red", "car"]; "two" -> ["2"]. */
export function wordsOf(text: string): readonly string[] {
  const words = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/['’]/gu, '')
    .split(/[\s\p{P}\p{S}]+/u)
    .filter((word) => word !== '')
    .map((word) => DIGITS.get(word) ?? word);
  const bare = words.filter((word) => !ARTICLES.has(word));
  // A sign may say "A": then the article is all there is.
  return bare.length > 0 ? bare : words;
}

const isExact = (words: readonly string[]): boolean => words.length === 1 && /^(yes|no|\d+)$/.test(words[0] ?? '');

/** Runs of whole words: "a big red car" contains "red car". */
function contains(words: readonly string[], part: readonly string[]): boolean {
  return words.some((_, start) => part.every((word, at) => words[start + at] === word));
}

export function isCorrect(answer: string, accepted: readonly string[]): boolean {
  const words = wordsOf(answer);
  return accepted.some((one) => {
    const wanted = wordsOf(one);
    if (wanted.length === 0) return false;
    if (isExact(wanted)) return words.length === 1 && words[0] === wanted[0];
    return contains(words, wanted);
  });
}

/** "yes" or "no" when that is all it says. */
export function verdictOf(text: string): 'yes' | 'no' | undefined {
  const [word, more] = wordsOf(text);
  return more === undefined && (word === 'yes' || word === 'no') ? word : undefined;
}

/** What a yes/no question expects; undefined for other questions. */
export function expectedVerdict(accepted: readonly string[]): 'yes' | 'no' | undefined {
  const [first, ...others] = accepted.map(verdictOf);
  return others.every((other) => other === first) ? first : undefined;
}
