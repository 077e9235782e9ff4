/**
 * The colours of heat: "inferno" (van der Walt and Smith 2015, matplotlib, CC0), perceptually uniform and safe for colour
 * blindness, sampled at nine points.
 */
const INFERNO: readonly (readonly [number, number, number])[] = [
  [0, 0, 4],
  [31, 12, 72],
  [85, 15, 109],
  [136, 34, 106],
  [186, 54, 85],
  [227, 89, 51],
  [249, 140, 10],
  [249, 201, 50],
  [252, 255, 164],
];

/** For each heat from 0 to 255 its red, green and blue, [256 * 3]. */
export const HEAT_COLOURS: Uint8Array = Uint8Array.from({ length: 256 * 3 }, (_, index) => {
  const at = (Math.floor(index / 3) / 255) * (INFERNO.length - 1);
  const from = Math.min(Math.floor(at), INFERNO.length - 2);
  const low = INFERNO[from]?.[index % 3] ?? 0;
  const high = INFERNO[from + 1]?.[index % 3] ?? 0;
  return Math.round(low + (high - low) * (at - from));
});
