/** Where the model looked, as one rectangle around what it looked at most; undefined where it does not show it. */
import type { Box, Evidence } from './answer.ts';

/** Half of the strongest: what a person takes for the bright part of a heat map. */
const BRIGHT = 0.5;

export function boxOfEvidence({ rows, columns, words }: Evidence, label: string): Box | undefined {
  const heat = Array.from({ length: rows * columns }, (_, cell) =>
    words.reduce((sum, word) => sum + (word.heat[cell] ?? 0), 0),
  );
  const strongest = Math.max(0, ...heat);
  if (strongest === 0) return undefined;
  const bright = heat.flatMap((value, cell) => (value >= BRIGHT * strongest ? [cell] : []));
  const xs = bright.map((cell) => cell % columns);
  const ys = bright.map((cell) => Math.floor(cell / columns));
  return {
    label,
    left: Math.min(...xs) / columns,
    top: Math.min(...ys) / rows,
    right: (Math.max(...xs) + 1) / columns,
    bottom: (Math.max(...ys) + 1) / rows,
  };
}
