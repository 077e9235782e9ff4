/**
 * The model in this process: no queue, no Redis, the same library as the workers. Heavy parts are imported when a command
 * opens it, so that `--help` and a wrong path cost nothing.
 * @throws SightlineError `model_missing`, `model_corrupt`, and what answering throws
 */
import { randomUUID } from 'node:crypto';
import type { Answer } from '#core/answer.ts';
import type { Config } from '#core/config.ts';
import type { ModelCard } from '#core/model-card.ts';
import type { PromptedTask } from '#core/task.ts';
import type { Picture } from '#images/picture.ts';

export interface LocalAsk {
  readonly task: PromptedTask;
  readonly question: string;
  /** The picture's identity: the SHA-256 of its bytes. */
  readonly sha256: string;
  /** Called only when the picture's features are not known yet. */
  readonly openPicture: () => Promise<Picture>;
  readonly signal?: AbortSignal | undefined;
}

export interface RankedCaption {
  readonly caption: string;
  readonly probability: number;
}

export interface LocalModel {
  readonly card: ModelCard;
  answer(ask: LocalAsk): Promise<Answer>;
  rank(picture: Picture, captions: readonly string[]): Promise<readonly RankedCaption[]>;
  close(): Promise<void>;
}

export type OpenLocalModel = (changes?: { readonly batchSize?: number | undefined }) => Promise<LocalModel>;

export const localModel =
  (config: Config): OpenLocalModel =>
  async ({ batchSize = config.batchSize } = {}) => {
    const [{ openEngine }, { createAnswerer }, { toRgb }] = await Promise.all([
      import('#inference/open-engine.ts'),
      import('#inference/answerer.ts'),
      import('#images/picture.ts'),
    ]);
    const { engine } = await openEngine(config);
    const answerer = createAnswerer({ engine, batchSize });
    const { preprocessing } = engine.card;
    return {
      card: engine.card,
      answer: ({ openPicture, ...ask }) =>
        answerer.answer({
          ...ask,
          requestId: randomUUID(),
          loadRgb: async (signal) => toRgb(await openPicture(), preprocessing, { signal }),
        }),
      rank: (picture, captions) => answerer.rank({ loadRgb: () => toRgb(picture, preprocessing), captions }),
      close: () => answerer.close(),
    };
  };
