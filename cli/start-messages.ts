/** What a child of `start` says over its channel: that it is ready and with what, or why it cannot start. */
import { z } from 'zod';
import { ErrorCode } from '#core/errors.ts';
import { Device } from '#core/model-facts.ts';

export const WorkerReady = z.object({
  model: z.object({ id: z.string(), revision: z.string(), accuracy: z.record(z.string(), z.unknown()) }),
  device: Device,
});
export type WorkerReady = z.infer<typeof WorkerReady>;

export const WebReady = z.object({ url: z.string() });

/** Of many shards only their number is known. */
export const BotReady = z.object({
  name: z.string(),
  shards: z.number(),
  guilds: z.number().optional(),
  invite: z.string().optional(),
});
export type BotReady = z.infer<typeof BotReady>;

export const ChildMessage = z.union([
  z.object({ ready: z.record(z.string(), z.unknown()) }),
  z.object({ failed: z.object({ code: ErrorCode, detail: z.string().optional() }) }),
]);
