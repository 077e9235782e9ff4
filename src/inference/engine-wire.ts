/** The messages between a process's main thread and its engine thread. */
import type { ErrorCode } from '#core/errors.ts';
import type { Pixels } from '#core/pixels.ts';
import type { DeviceReport, EngineInput, EngineOutput } from './engine.ts';

export type ToThread =
  | { readonly kind: 'run'; readonly id: number; readonly batch: readonly EngineInput[]; readonly partials: boolean }
  | { readonly kind: 'abort'; readonly id: number; readonly index: number }
  | { readonly kind: 'embedTexts'; readonly id: number; readonly texts: readonly string[] }
  | { readonly kind: 'embedImages'; readonly id: number; readonly pictures: readonly Pixels[] }
  | { readonly kind: 'close'; readonly id: number };

export interface WireError {
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  /** For the log only. */
  readonly stack: string | undefined;
}

/** An `EngineOutput` whose error survives structured cloning. */
export type WireOutput = Extract<EngineOutput, { ok: true }> | { readonly ok: false; readonly error: WireError };

export type FromThread =
  | { readonly kind: 'ready'; readonly device: DeviceReport }
  | { readonly kind: 'unusable'; readonly error: WireError }
  | { readonly kind: 'partial'; readonly id: number; readonly index: number; readonly text: string }
  | { readonly kind: 'outputs'; readonly id: number; readonly outputs: readonly WireOutput[] }
  | { readonly kind: 'embeddings'; readonly id: number; readonly embeddings: readonly Float32Array[] }
  | { readonly kind: 'failed'; readonly id: number; readonly error: WireError }
  | { readonly kind: 'closed'; readonly id: number };
