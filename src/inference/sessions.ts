/** The three onnxruntime sessions of a model. They block the thread they run on (DESIGN §3.3): keep them off a main thread. */
import { InferenceSession } from 'onnxruntime-node';
import { SightlineError } from '#core/errors.ts';
import type { LoadedModel } from './model-folder.ts';

export interface Sessions {
  readonly encoder: InferenceSession;
  readonly decoder: InferenceSession;
  /** Loaded with the first caption: answering needs no text tower. */
  text(): Promise<InferenceSession>;
  release(): Promise<void>;
}

/** @throws SightlineError `model_corrupt` for a graph that onnxruntime cannot load */
export async function openSessions(paths: LoadedModel['sessions'], threads: number): Promise<Sessions> {
  const open = async (path: string): Promise<InferenceSession> => {
    try {
      return await InferenceSession.create(path, {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        // The arena keeps the largest batch's memory for ever, 45 MB here; without it answers come as fast.
        enableCpuMemArena: false,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
      });
    } catch (cause) {
      throw new SightlineError('model_corrupt', { detail: path, cause });
    }
  };
  const [encoder, decoder] = await Promise.all([open(paths.encoder), open(paths.decoder)]);
  let text: Promise<InferenceSession> | undefined;
  return {
    encoder,
    decoder,
    text: () => {
      text ??= open(paths.text);
      return text;
    },
    release: async () => {
      await Promise.all([encoder.release(), decoder.release(), text?.then((session) => session.release())]);
    },
  };
}
