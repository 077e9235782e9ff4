/**
 * Which device runs a model: each candidate is tried by really running it, and what the runtime itself took down of that run
 * says which provider did the work. Falling back from what was asked for is a warning, never silent.
 */
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';

export const DEVICES = ['auto', 'cpu', 'cuda', 'webgpu', 'dml', 'coreml'] as const;
export type Device = (typeof DEVICES)[number];

/** Graphics first: what `auto` tries on each system, as onnxruntime-node has it there. */
const GRAPHICS: Readonly<Partial<Record<NodeJS.Platform, readonly Device[]>>> = {
  linux: ['cuda', 'webgpu'],
  win32: ['dml', 'webgpu'],
  darwin: ['coreml', 'webgpu'],
};

/** `auto` leaves weights that are made for a CPU on the CPU. */
export function candidates(asked: string, forGpu: boolean): readonly string[] {
  if (asked !== 'auto') return asked === 'cpu' ? ['cpu'] : [asked, 'cpu'];
  const graphics = forGpu ? (GRAPHICS[process.platform] ?? []).filter(isInstalled) : [];
  return [...graphics, 'cpu'];
}

/** CUDA is a download of its own (docs/gpu.md): trying without it only prints errors. */
function isInstalled(device: Device): boolean {
  if (device !== 'cuda') return true;
  const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
  return existsSync(join(runtime, 'bin/napi-v6', process.platform, process.arch, 'libonnxruntime_providers_cuda.so'));
}

export interface Opened<T> {
  readonly model: T;
  readonly device: string;
  /** Set when a device was asked for by name and another is used. */
  readonly warning?: string;
  /** What was tried before, and why it was left. */
  readonly passedOver: readonly string[];
}

/**
 * Opens the model on the first device that really runs it.
 * @param open loads and runs it once; whatever it loaded is freed when it throws
 */
export async function openOnDevice<T>(
  asked: string,
  forGpu: boolean,
  open: (device: string) => Promise<T>,
): Promise<Opened<T>> {
  const failures: string[] = [];
  const devices = candidates(asked, forGpu);
  for (const device of devices) {
    try {
      const model = await open(device);
      const asWished = asked === 'auto' || failures.length === 0;
      const warning = `running on ${device}, as ${failures.join('; ')}`;
      return { model, device, passedOver: failures, ...(!asWished && { warning }) };
    } catch (error) {
      if (device === devices.at(-1)) throw error;
      failures.push(`${device} failed (${firstLine(error)})`);
    }
  }
  throw new Error('No device was tried. This is a bug.');
}

const firstLine = (error: unknown): string =>
  String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';

const Trace = z.array(
  z.object({
    cat: z.string(),
    dur: z.number(),
    args: z.object({ provider: z.string().optional() }).loose().optional(),
  }),
);

/** From profiles of the probe, deleted on reading: the share of the time that each provider worked, largest first. */
export async function providerShares(
  files: readonly string[],
): Promise<readonly { provider: string; share: number }[]> {
  const spent = new Map<string, number>();
  for (const file of files) {
    const events = Trace.parse(JSON.parse(await readFile(file, 'utf8')));
    await rm(file, { force: true });
    for (const { cat, dur, args } of events) {
      if (cat === 'Node' && args?.provider) spent.set(args.provider, (spent.get(args.provider) ?? 0) + dur);
    }
  }
  const total = [...spent.values()].reduce((sum, dur) => sum + dur, 0);
  return [...spent]
    .map(([provider, dur]) => ({
      provider: provider.replace(/ExecutionProvider$/, ''),
      share: total > 0 ? dur / total : 0,
    }))
    .sort((one, other) => other.share - one.share);
}
