/** The parts of a web room without Redis or worker: asks lie in a map, and the test plays the worker. */
import type { Answer, AnswerOutcome, Progress } from '#core/answer.ts';
import type { AskRequest } from '#core/ask.ts';
import { encodeVector } from '#core/embed.ts';
import { SightlineError } from '#core/errors.ts';
import { createLogger } from '#ops/logger.ts';
import { createMetrics } from '#ops/metrics.ts';
import { createAskIds } from '../../web/ask-id.ts';
import type { RoomParts } from '../../web/parts.ts';

export const SHA = 'a'.repeat(64);

export const answerLike = (requestId: string, changes: Partial<Answer> = {}): Answer => ({
  requestId,
  text: 'a red boat',
  confidence: 0.93,
  certainty: 'sure',
  sure: true,
  alternatives: [],
  evidence: {
    rows: 2,
    columns: 2,
    words: [
      { word: 'a', heat: [255, 0, 0, 0] },
      { word: 'red', heat: [0, 0, 0, 255] },
      { word: 'boat', heat: [0, 0, 0, 255] },
    ],
  },
  modelId: 'test-model',
  cache: 'none',
  timings: { queued: 1, preprocess: 1, batched: 0, encode: 10, decode: 10, total: 22 },
  ...changes,
});

/** Listeners by ask, as pub/sub has them. */
function createChannel<T>() {
  const listeners = new Map<string, Set<(told: T) => void>>();
  return {
    tell: (id: string, told: T) => {
      for (const heard of listeners.get(id) ?? []) heard(told);
    },
    listen: (id: string, heard: (told: T) => void) => {
      const those = listeners.get(id) ?? new Set();
      listeners.set(id, those.add(heard));
      return () => void those.delete(heard);
    },
  };
}

export function createRoomInMemory() {
  const asked: AskRequest[] = [];
  const cancelled: string[] = [];
  const stored = new Map<string, AnswerOutcome>();
  const outcomes = createChannel<AnswerOutcome>();
  const progress = createChannel<Progress>();
  const pulse = { redis: true, workers: 1, waiting: 0 };

  const put = async (id: string, outcome: AnswerOutcome) => {
    const standing = stored.get(id) ?? outcome;
    stored.set(id, standing);
    outcomes.tell(id, standing);
    return standing;
  };
  const listen = (id: string, heard: (outcome: AnswerOutcome) => void) => {
    const standing = stored.get(id);
    if (standing) queueMicrotask(() => heard(standing));
    return outcomes.listen(id, heard);
  };
  const parts: RoomParts = {
    log: createLogger('test', 'silent'),
    metrics: createMetrics(),
    askIds: createAskIds(async () => 'the key of the fleet'),
    storePicture: async () => ({ sha256: SHA, width: 4, height: 3 }),
    picture: async () => {
      throw new SightlineError('image_gone');
    },
    ask: async (request) => void asked.push(request),
    position: async () => 3,
    cancel: async (id) => void cancelled.push(id),
    outcomes: { put, listen },
    progress: { listen: progress.listen },
    pulse: () => pulse,
    embed: async ({ inputs }) => ({
      ok: true,
      modelId: 'test-model',
      vectors: inputs.map(({ kind }) =>
        encodeVector(Float32Array.of(kind === 'text' ? 1 : 0, kind === 'text' ? 0 : 1)),
      ),
    }),
    workers: async () => [],
    modelFacts: async () => ({
      id: 'test-model',
      revision: '1',
      description: '',
      license: '',
      measured: [],
      limits: [],
    }),
  };
  return { parts, asked, cancelled, pulse, progress, outcomes: { ...parts.outcomes, tell: outcomes.tell } };
}
