/**
 * From where the model looked to rectangles a person can see: around each word or phrase, the connected cells about its
 * hottest one. The grid covers the whole upright picture, so shares of it are shares of the picture.
 */
import type { Box, Evidence, WordEvidence } from '#core/answer.ts';

/** A cell belongs to the thing down to this share of the hottest one, and the thing ends this part of a cell further on. */
const WARM = 0.03;
const MARGIN_CELLS = 0.5;
/** What is spread over so much of the picture is no thing but its background. */
const MOST_OF_PICTURE = 0.7;

interface Grid {
  readonly rows: number;
  readonly columns: number;
}

/**
 * A box for each phrase that names a thing: the words between "a", "and", "on" and their like. An answer without any, such as
 * "top left", points at what was asked for: `subject`.
 */
export function boxesOf(evidence: Evidence, subject: string): Box[] {
  const [first] = evidence.words;
  if (evidence.words.length === 1 && first && NOTHING.has(bare(first.word).toLowerCase())) return [];
  const phrases = phrasesOf(evidence.words);
  const named = phrases.map((words) => ({ words, label: words.map(({ word }) => bare(word)).join(' ') }));
  const shown = named.length > 0 ? named : [{ words: evidence.words, label: subject }];
  return shown.flatMap(({ words, label }) =>
    label === '' ? [] : (boxAround(commonHeat(words), evidence, label) ?? []),
  );
}

/** What all words of a phrase look at (a comma's share in "circle," looks about, "red" does not); if nothing, what any does. */
function commonHeat(words: readonly WordEvidence[]): readonly number[] {
  const each = (of: (values: readonly number[]) => number) =>
    (words[0]?.heat ?? []).map((_, cell) => of(words.map(({ heat }) => heat[cell] ?? 0)));
  const common = each((values) => Math.min(...values));
  return common.some((value) => value > 0) ? common : each((values) => Math.max(...values));
}

/** "Where is the big dog?" -> "big dog"; the whole question where it is put otherwise. */
export const subjectOf = (question: string): string =>
  question
    .trim()
    .replace(/[?.!\s]+$/u, '')
    .replace(
      /^.*?\b(where(?:'s| is| are)?|(?:is|are) there|how many|(?:do|can) you see|find|show(?: me)?|locate)\b\s*/iu,
      '',
    )
    .replace(/^(the|a|an|any|my|that|this)\s+/iu, '');

const SMALL_WORDS: ReadonlySet<string> = new Set(
  'a an the and or of on in at to with by is are there it its this that saying says yes 1 2 3 4 5 6 7 8 9 left right top bottom center centre middle corner side'.split(
    ' ',
  ),
);
const NOTHING: ReadonlySet<string> = new Set(['no', 'nothing', 'none', 'nowhere', '0']);

const bare = (word: string): string => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');

function phrasesOf(words: readonly WordEvidence[]): WordEvidence[][] {
  const phrases: WordEvidence[][] = [[]];
  for (const word of words) {
    const name = bare(word.word).toLowerCase();
    if (name === '' || SMALL_WORDS.has(name)) phrases.push([]);
    else phrases.at(-1)?.push(word);
    // "a cat, a dog": punctuation ends a phrase.
    if (/[,.;:]$/.test(word.word)) phrases.push([]);
  }
  // A background is everywhere and nowhere.
  return phrases.filter((phrase) => phrase.length > 0 && !phrase.some(({ word }) => bare(word) === 'background'));
}

function boxAround(heat: readonly number[], { rows, columns }: Grid, label: string): Box | undefined {
  const hottest = heat.reduce((best, value, cell) => (value > (heat[best] ?? 0) ? cell : best), 0);
  const least = (heat[hottest] ?? 0) * WARM;
  if (least <= 0) return undefined;
  const found = new Set([hottest]);
  // A set is iterated in order of insertion, what is added meanwhile included.
  for (const cell of found) {
    for (const next of neighbours(cell, { rows, columns })) if ((heat[next] ?? 0) >= least) found.add(next);
  }
  const share = (cell: number, cells: number) => Math.min(1, Math.max(0, cell / cells));
  const [rowsFound, columnsFound] = [
    [...found].map((cell) => Math.floor(cell / columns)),
    [...found].map((cell) => cell % columns),
  ];
  const box = {
    label,
    left: share(Math.min(...columnsFound) - MARGIN_CELLS, columns),
    top: share(Math.min(...rowsFound) - MARGIN_CELLS, rows),
    right: share(Math.max(...columnsFound) + 1 + MARGIN_CELLS, columns),
    bottom: share(Math.max(...rowsFound) + 1 + MARGIN_CELLS, rows),
  };
  return (box.right - box.left) * (box.bottom - box.top) > MOST_OF_PICTURE ? undefined : box;
}

/** The eight cells around one, those that exist. */
function neighbours(cell: number, { rows, columns }: Grid): number[] {
  const [row, column] = [Math.floor(cell / columns), cell % columns];
  const near = [-1, 0, 1];
  return near.flatMap((down) =>
    near.flatMap((across) => {
      const [r, c] = [row + down, column + across];
      return r >= 0 && r < rows && c >= 0 && c < columns ? [r * columns + c] : [];
    }),
  );
}
