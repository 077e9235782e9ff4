/** What the hub engine's thread is told at its start. */
import type { Dtype } from '../hub/dtypes.ts';
import type { HubFamily } from '../hub/families.ts';

export interface HubThreadData {
  /** Holds a folder per model, `<owner>/<name>`. */
  readonly folder: string;
  readonly id: string;
  readonly family: HubFamily;
  /** By graph. */
  readonly dtypes: Readonly<Record<string, Dtype>>;
  /** As it was asked for: "auto", or a device of onnxruntime. */
  readonly device: string;
  readonly threads: number;
  readonly memoryBytes: number;
  readonly imageSide: number | undefined;
  readonly stopWords: readonly string[];
}
