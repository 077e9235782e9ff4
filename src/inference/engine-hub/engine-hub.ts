/**
 * The engine for models of a hub, by transformers.js in a thread of its own (DESIGN §3.3). The model lies in the data folder,
 * pulled and locked before (src/inference/hub); nothing here reaches a network.
 */

import type { LoadedHubModel } from '../hub/load.ts';
import { openThreadEngine, type ThreadEngine } from '../thread-engine.ts';
import type { HubThreadData } from './thread-data.ts';

export interface HubEngineOptions {
  readonly model: LoadedHubModel;
  readonly device: string;
  readonly threads: number;
  /** For what pictures and talks said; the newest talk is kept in any case. */
  readonly memoryBytes?: number;
}

const MEMORY_BYTES = 64 * 1024 * 1024;

/** @throws SightlineError `device_unusable` */
export async function createHubEngine({
  model,
  device,
  threads,
  memoryBytes = MEMORY_BYTES,
}: HubEngineOptions): Promise<ThreadEngine> {
  const { card, ...loaded } = model;
  const workerData: HubThreadData = { ...loaded, device, threads, memoryBytes };
  return openThreadEngine({ card, script: new URL('./hub-thread.ts', import.meta.url), workerData, mostTogether: 1 });
}
