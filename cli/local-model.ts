/**
 * The model in this process: no queue, no Redis, the same library as the workers. Heavy parts are imported when a command
 * opens it, so that `--help` and a wrong path cost nothing.
 * @throws SightlineError why a model cannot be opened, and what answering throws
 */
import { randomUUID } from 'node:crypto';
import type { Answer } from '#core/answer.ts';
import type { Config } from '#core/config.ts';
import type { EngineCard } from '#core/model-card.ts';
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
  readonly card: EngineCard;
  answer(ask: LocalAsk): Promise<Answer>;
  rank(picture: Picture, captions: readonly string[]): Promise<readonly RankedCaption[]>;
  close(): Promise<void>;
}

export type OpenLocalModel = (changes?: { readonly batchSize?: number | undefined }) => Promise<LocalModel>;

export const localModel =
  (config: Config): OpenLocalModel =>
  async ({ batchSize = config.batchSize } = {}) => {
    const [{ answererOf, openModels }, { toPixels }] = await Promise.all([
      import('#inference/open-models.ts'),
      import('#images/picture.ts'),
    ]);
    const models = await openModels(config);
    const answerer = answererOf(models, { batchSize });
    return {
      card: models.main.card,
      answer: ({ openPicture, ...ask }) =>
        answerer.answer({
          ...ask,
          requestId: randomUUID(),
          loadPixels: async (scaling, signal) => toPixels(await openPicture(), scaling, { signal }),
        }),
      rank: (picture, captions) => answerer.rank({ loadPixels: (scaling) => toPixels(picture, scaling), captions }),
      close: () => answerer.close(),
    };
  };
