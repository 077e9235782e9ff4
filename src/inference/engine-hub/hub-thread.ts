/** The thread of the hub engine: loads a model on a device that really runs it, and answers with it. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { workerData } from 'node:worker_threads';
import { SightlineError } from '#core/errors.ts';
import type { EngineInput, EngineOutput } from '../engine.ts';
import { dtypeWords, suitsGpu } from '../hub/dtypes.ts';
import { type PredictOptions, serveThread, type ThreadWork } from '../thread-server.ts';
import { type Answering, chatWork } from './chat-work.ts';
import { openOnDevice, providerShares } from './devices.ts';
import { encoderDecoderWork } from './encoder-decoder-work.ts';
import { type LoadOn, loadSpeaking, loadTowers, setUpLibrary } from './open-model.ts';
import type { HubThreadData } from './thread-data.ts';
import { type Embedding, towerWork } from './tower-work.ts';

const data = workerData as HubThreadData;

interface OpenModel {
  readonly answering?: Answering;
  readonly embedding?: Embedding;
  readonly models: readonly { readonly sessions: unknown; dispose(): Promise<unknown> }[];
  /** What really ran the probe. */
  readonly providers: string;
}

const refusal = (task: string) => new SightlineError('task_unsupported', { detail: `${data.id}, ${task}` });

async function openOn(device: string): Promise<OpenModel> {
  const folder = await mkdtemp(join(tmpdir(), 'sightline-probe-'));
  const on: LoadOn = { device, profilePrefix: join(folder, 'run') };
  let opened: Omit<OpenModel, 'providers'> | undefined;
  try {
    opened = data.family === 'towers' ? await towers(on) : await speaking(on);
    await probe(opened);
    for (const { sessions } of opened.models) {
      for (const session of Object.values(sessions as Record<string, { endProfiling(): void }>)) session.endProfiling();
    }
    const profiles = (await readdir(folder)).map((name) => join(folder, name));
    const shares = await providerShares(profiles);
    const providers = shares.map(({ provider, share }) => `${provider} ${Math.round(100 * share)} %`).join(', ');
    return { ...opened, providers };
  } catch (error) {
    await Promise.allSettled((opened?.models ?? []).map((model) => model.dispose()));
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function speaking(on: LoadOn): Promise<Omit<OpenModel, 'providers'>> {
  const own = await loadSpeaking(data, on);
  const { memoryBytes, stopWords, family } = data;
  const answering =
    family === 'chat' || family === 'towers'
      ? chatWork(own, memoryBytes, stopWords)
      : encoderDecoderWork(own, family, memoryBytes, stopWords);
  return { answering, models: [own.model] };
}

async function towers(on: LoadOn): Promise<Omit<OpenModel, 'providers'>> {
  const own = await loadTowers(data, on);
  return { embedding: towerWork(own), models: [own.vision, own.text] };
}

const PROBE_SIDE = 32;

/** Two tokens about a grey square: the least that runs every graph, the second one on its caches. */
async function probe({ answering, embedding }: Pick<OpenModel, 'answering' | 'embedding'>): Promise<void> {
  const grey = { rgb: new Uint8Array(PROBE_SIDE ** 2 * 3).fill(128), width: PROBE_SIDE, height: PROBE_SIDE };
  const prompt = data.family === 'tasker' ? '<CAPTION>' : 'What is this?';
  await answering?.answer({ image: { ...grey, key: 'probe' }, prompt, maxTokens: 2 }, { isAborted: () => false });
  await embedding?.embedTexts(['grey']);
  await embedding?.embedImages([grey]);
  answering?.clear();
}

/** One after the other: these models are bound by memory and each answer by its own length, so a batch gains little. */
async function runAll(
  { answering }: OpenModel,
  batch: readonly EngineInput[],
  { isAborted, onPartial }: PredictOptions,
): Promise<readonly EngineOutput[]> {
  const outputs: EngineOutput[] = [];
  for (const [index, input] of batch.entries()) {
    const left = () => isAborted(index);
    const cancelled: EngineOutput = { ok: false, error: new SightlineError('cancelled') };
    if (!answering) outputs.push({ ok: false, error: refusal('answers') });
    else if (left()) outputs.push(cancelled);
    else {
      const output = await answering
        .answer(input, { isAborted: left, onPartial: onPartial && ((text) => onPartial(index, text)) })
        .catch((cause): EngineOutput => ({ ok: false, error: new SightlineError('inference_failed', { cause }) }));
      if (left()) outputs.push(cancelled);
      else if (output.ok && output.prediction.text === '')
        outputs.push({ ok: false, error: new SightlineError('empty_answer') });
      else outputs.push(output);
    }
  }
  return outputs;
}

await serveThread(async (): Promise<ThreadWork> => {
  setUpLibrary(data.folder);
  const { model, device, warning, passedOver } = await openOnDevice(data.device, suitsGpu(data.dtypes), openOn).catch(
    (cause) => {
      throw new SightlineError('device_unusable', { detail: `${data.id}: ${firstLine(cause)}`, cause });
    },
  );
  const refuse = async () => {
    throw refusal('embeddings');
  };
  return {
    device: {
      name: device,
      dtype: dtypeWords(data.dtypes),
      threads: data.threads,
      runtime: ['transformers.js on onnxruntime-node', model.providers, ...passedOver].join(', '),
      ...(warning !== undefined && { warning }),
    },
    run: (batch, options) => runAll(model, batch, options),
    embedTexts: (texts) => model.embedding?.embedTexts(texts) ?? refuse(),
    embedImages: (pictures) => model.embedding?.embedImages(pictures) ?? refuse(),
    async release() {
      model.answering?.clear();
      await Promise.all(model.models.map((each) => each.dispose()));
    },
  };
});

function firstLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0] ?? '';
}
