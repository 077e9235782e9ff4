/** From RGB bytes at the card's size to the encoder's pixel values: (rgb / 255 - mean) / std, channels first. */
import type { Preprocessing } from '#core/model-card.ts';

/**
 * Pictures `rgb` [B][H * W * 3] to pixel values [B, 3, H, W], written to `into` where it is given. A table of 256 values per
 * channel does the arithmetic.
 */
export function toPixelValues(
  rgb: readonly Uint8Array[],
  preprocessing: Preprocessing,
  into?: Float32Array,
): Float32Array {
  const plane = preprocessing.width * preprocessing.height;
  const pixelValues = into ?? new Float32Array(rgb.length * 3 * plane);
  preprocessing.mean.forEach((mean, channel) => {
    const std = preprocessing.std[channel] as number;
    const table = Float32Array.from({ length: 256 }, (_, value) => (value / 255 - mean) / std);
    rgb.forEach((bytes, picture) => {
      if (bytes.length !== 3 * plane) {
        throw new Error(`Expected ${3 * plane} RGB bytes, got ${bytes.length}. This is a bug.`);
      }
      const start = (picture * 3 + channel) * plane;
      fillPlane(pixelValues.subarray(start, start + plane), bytes, channel, table);
    });
  });
  return pixelValues;
}

/** A function of its own, so that V8 compiles the loop once and well. */
function fillPlane(plane: Float32Array, rgb: Uint8Array, channel: number, table: Float32Array): void {
  for (let i = 0; i < plane.length; i += 1) plane[i] = table[rgb[3 * i + channel] as number] as number;
}
