// @ts-check
/**
 * Paints a heat map over a picture: what was hardly looked at is dimmed, what was looked at stays clear, and the
 * hardest looked-at glows. Works on dark and light pictures alike, as it needs no colour of the picture's own.
 */

/** The grid is smoothed to this many points a side before it is coloured; the canvas stretches the rest. */
const FINE = 128;
const SHADE = [12, 14, 18];
const GLOW = [255, 166, 33];

/**
 * The value at a place between the cells' centres, 0 to 1.
 * @param {{rows: number, columns: number, heat: readonly number[]}} map
 * @param {number} u across, 0 to 1
 * @param {number} v down, 0 to 1
 */
export function heatAt({ rows, columns, heat }, u, v) {
  const x = Math.min(columns - 1, Math.max(0, u * columns - 0.5));
  const y = Math.min(rows - 1, Math.max(0, v * rows - 0.5));
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, bottom] = [Math.min(left + 1, columns - 1), Math.min(top + 1, rows - 1)];
  const at = (/** @type {number} */ row, /** @type {number} */ column) => (heat[row * columns + column] ?? 0) / 255;
  const [fx, fy] = [x - left, y - top];
  const upper = at(top, left) * (1 - fx) + at(top, right) * fx;
  const lower = at(bottom, left) * (1 - fx) + at(bottom, right) * fx;
  return upper * (1 - fy) + lower * fy;
}

/**
 * @param {number} heat 0 to 1
 * @returns {[number, number, number, number]} red, green, blue, alpha of 0 to 255
 */
export function colourOf(heat) {
  const shade = 0.72 * (1 - heat) ** 1.5;
  const glow = 0.5 * heat ** 2;
  const alpha = shade + glow;
  const mix = (/** @type {0 | 1 | 2} */ channel) =>
    alpha === 0 ? 0 : Math.round(((SHADE[channel] ?? 0) * shade + (GLOW[channel] ?? 0) * glow) / alpha);
  return [mix(0), mix(1), mix(2), Math.round(alpha * 255)];
}

/**
 * @param {HTMLCanvasElement} canvas sized by style over the picture
 * @param {{rows: number, columns: number, heat: readonly number[]}} map
 */
export function paintHeat(canvas, map) {
  canvas.width = FINE;
  canvas.height = FINE;
  const context = canvas.getContext('2d');
  if (!context) return;
  const image = context.createImageData(FINE, FINE);
  for (let row = 0; row < FINE; row += 1) {
    for (let column = 0; column < FINE; column += 1) {
      const colour = colourOf(heatAt(map, (column + 0.5) / FINE, (row + 0.5) / FINE));
      image.data.set(colour, (row * FINE + column) * 4);
    }
  }
  context.putImageData(image, 0, 0);
}

/**
 * The whole answer's map: the mean over its words, its strongest cell at 255.
 * @param {{rows: number, columns: number, words: readonly {heat: readonly number[]}[]}} evidence
 */
export function wholeAnswer({ rows, columns, words }) {
  const sums = Array.from({ length: rows * columns }, (_, cell) =>
    words.reduce((sum, { heat }) => sum + (heat[cell] ?? 0), 0),
  );
  const strongest = Math.max(...sums, 1);
  return { rows, columns, heat: sums.map((sum) => Math.round((sum / strongest) * 255)) };
}
