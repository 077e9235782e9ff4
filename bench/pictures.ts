/** Pictures to ask about, all different so that no cache answers for the model, drawn from a seed. */
import sharp, { type Sharp } from 'sharp';

type Rgb = readonly [number, number, number];
const COLOURS: readonly Rgb[] = [
  [221, 46, 68],
  [59, 136, 195],
  [120, 177, 89],
  [253, 203, 88],
  [170, 142, 214],
  [244, 144, 12],
];

/** Scene `seed`: three discs on a plain ground. */
export function drawScene(seed: number, side = 160): Sharp {
  const at = (i: number, span: number) => (((seed * 7919 + i * 104_729) % 997) / 997) * span;
  const ground: Rgb = [200 + (seed % 50), 205 + (seed % 43), 210 + (seed % 37)];
  const discs = [0, 1, 2].map((i) => ({
    x: at(i, side),
    y: at(i + 9, side),
    radius: side / 8 + at(i + 3, side / 10),
    colour: COLOURS[(seed + i * 5) % COLOURS.length] as Rgb,
  }));
  const pixels = new Uint8Array(side * side * 3); // [H, W, 3]
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const disc = discs.find((candidate) => Math.hypot(x - candidate.x, y - candidate.y) < candidate.radius);
      pixels.set(disc?.colour ?? ground, (y * side + x) * 3);
    }
  }
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } });
}

export const scenes = (count: number, from = 0): Promise<Buffer[]> =>
  Promise.all(
    Array.from({ length: count }, (_, i) =>
      drawScene(from + i)
        .png({ compressionLevel: 3 })
        .toBuffer(),
    ),
  );
