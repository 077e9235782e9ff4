/** A picture as an engine takes it: upright RGB at the size that the model's card asks for. */

export interface Pixels {
  /** [height * width * 3] */
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
}
