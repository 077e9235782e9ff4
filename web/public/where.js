// @ts-check
/** A heat map in words, for those who do not see it: the model looked "mostly at the upper left". */

/** Squared, so that a faint glow everywhere does not outweigh the place it is about. */
const weightOf = (/** @type {number} */ heat) => heat * heat;

/** Up to this standard deviation, of a picture's side, the place is one place. */
const ONE_PLACE = 0.24;
/** Up to this one across it, a long place is a side of the picture. */
const ONE_STRIPE = 0.15;

const name = (/** @type {number} */ x, /** @type {number} */ y) => {
  const vertical = y < 0.38 ? 'upper' : y > 0.62 ? 'lower' : '';
  const horizontal = x < 0.38 ? 'left' : x > 0.62 ? 'right' : '';
  if (!vertical && !horizontal) return 'the middle';
  if (!horizontal) return vertical === 'upper' ? 'the top' : 'the bottom';
  return vertical ? `the ${vertical} ${horizontal}` : `the ${horizontal} side`;
};

/**
 * @param {{rows: number, columns: number, heat: readonly number[]}} map
 * @returns {string} what completes "the model looked …"
 */
export function whereInWords({ rows, columns, heat }) {
  const cells = heat.map((value, index) => ({
    weight: weightOf(value),
    x: ((index % columns) + 0.5) / columns,
    y: (Math.floor(index / columns) + 0.5) / rows,
  }));
  const total = cells.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return 'nowhere in particular';
  const mean = (/** @type {(cell: {x: number, y: number}) => number} */ of) =>
    cells.reduce((sum, cell) => sum + cell.weight * of(cell), 0) / total;

  const x = mean((cell) => cell.x);
  const y = mean((cell) => cell.y);
  const across = Math.sqrt(mean((cell) => (cell.x - x) ** 2));
  const down = Math.sqrt(mean((cell) => (cell.y - y) ** 2));
  if (Math.hypot(across, down) <= ONE_PLACE) return `mostly at ${name(x, y)}`;
  if (across <= ONE_STRIPE && Math.abs(x - 0.5) > 0.12) return `mostly at ${name(x, 0.5)}`;
  if (down <= ONE_STRIPE && Math.abs(y - 0.5) > 0.12) return `mostly at ${name(0.5, y)}`;

  /** @type {Map<string, number>} */
  const places = new Map();
  for (const { weight, x: cx, y: cy } of cells) {
    const place = name(cx, cy);
    places.set(place, (places.get(place) ?? 0) + weight / total);
  }
  const [first, second] = [...places].sort(([, a], [, b]) => b - a);
  const [most, next] = [first?.[1] ?? 0, second?.[1] ?? 0];
  if (first && most >= 0.5 && next < 0.25) return `mostly at ${first[0]}`;
  if (first && second && most + next >= 0.6) return `mostly at ${first[0]} and ${second[0]}`;
  return 'at many parts of the picture';
}
