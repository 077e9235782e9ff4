/** From RGB bytes at the card's size to the encoder's pixel values: (rgb / 255 - mean) / std, channels first. */
import type { Preprocessing } from '#core/model-card.ts';

/** Fills `pixelValues` [B, 3, H, W] with the pictures `rgb` [B][H * W * 3]. A table of 256 values per channel does the arithmetic. */
export function toPixelValues(rgb: readonly Uint8Array[], preprocessing: Preprocessing): Float32Array {
  const plane = preprocessing.width * preprocessing.height;
  const tables = preprocessing.mean.map((mean, channel) => {
    const std = preprocessing.std[channel] as number;
    return Float32Array.from({ length: 256 }, (_, value) => (value / 255 - mean) / std);
  }) as [Float32Array, Float32Array, Float32Array];
  const pixelValues = new Float32Array(rgb.length * 3 * plane); // [B, 3, H, W]
  rgb.forEach((bytes, picture) => {
    if (bytes.length !== 3 * plane) {
      throw new Error(`Expected ${3 * plane} RGB bytes, got ${bytes.length}. This is a bug.`);
    }
    for (let channel = 0; channel < 3; channel += 1) {
      const table = tables[channel] as Float32Array;
      const start = (picture * 3 + channel) * plane;
      for (let i = 0; i < plane; i += 1) pixelValues[start + i] = table[bytes[3 * i + channel] as number] as number;
    }
  });
  return pixelValues;
}
