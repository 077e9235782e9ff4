/** Pictures to ask about, all different so that no cache answers for the model, drawn from a seed. */
import sharp, { type Sharp } from 'sharp';

const COLOURS = ['#dd2e44', '#3b88c3', '#78b159', '#fdcb58', '#aa8ed6', '#f4900c'];

/** Scene `seed`: a few circles and a rectangle on a plain ground. */
export function drawScene(seed: number, side = 160): Sharp {
  const at = (i: number, span: number) => (((seed * 7919 + i * 104_729) % 997) / 997) * span;
  const colour = (i: number) => COLOURS[(seed + i * 5) % COLOURS.length];
  const circles = Array.from(
    { length: 3 },
    (_, i) =>
      `<circle cx="${at(i, side)}" cy="${at(i + 9, side)}" r="${side / 8 + at(i + 3, side / 10)}" fill="${colour(i)}"/>`,
  );
  const ground = `<rect width="${side}" height="${side}" fill="hsl(${seed % 360} 40% 90%)"/>`;
  const box = `<rect x="${at(5, side / 2)}" y="${at(6, side / 2)}" width="${side / 4}" height="${side / 5}" fill="${colour(4)}"/>`;
  return sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${side}" height="${side}">${ground}${box}${circles.join('')}</svg>`,
    ),
  ).removeAlpha();
}

export const scenes = (count: number, from = 0): Promise<Buffer[]> =>
  Promise.all(
    Array.from({ length: count }, (_, i) =>
      drawScene(from + i)
        .png({ compressionLevel: 3 })
        .toBuffer(),
    ),
  );
