/** What a child of `start` says over its channel: that it is ready and with what, or why it cannot start. */
import { z } from 'zod';
import { ErrorCode } from '#core/errors.ts';

export const WorkerReady = z.object({
  model: z.object({ id: z.string(), revision: z.string(), accuracy: z.record(z.string(), z.unknown()) }),
  device: z.object({
    name: z.string(),
    dtype: z.string(),
    threads: z.number(),
    runtime: z.string(),
    warning: z.string().optional(),
  }),
});
export type WorkerReady = z.infer<typeof WorkerReady>;

export const WebReady = z.object({ url: z.string() });

export const ChildMessage = z.union([
  z.object({ ready: z.record(z.string(), z.unknown()) }),
  z.object({ failed: z.object({ code: ErrorCode, detail: z.string().optional() }) }),
]);
