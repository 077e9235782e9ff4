/**
 * The model in this process: no queue, no Redis, the same library as the workers. Heavy parts are imported when a command
 * opens it, so that `--help` and a wrong path cost nothing.
 * @throws SightlineError why a model cannot be opened, and what answering throws
 */
import { randomUUID } from 'node:crypto';
import type { Answer } from '#core/answer.ts';
import type { Turn } from '#core/ask.ts';
import type { Config } from '#core/config.ts';
import type { EngineCard } from '#core/model-card.ts';
import type { PromptedTask } from '#core/task.ts';
import type { Picture } from '#images/picture.ts';

export interface LocalAsk {
  readonly task: PromptedTask;
  readonly question: string;
  readonly conversation?: readonly Turn[];
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
  /** Vectors of one space, L2-normalised, in the order of the inputs; a string is a text. */
  embed(inputs: readonly (string | Picture)[]): Promise<readonly Float32Array[]>;
  close(): Promise<void>;
}

export type OpenLocalModel = (changes?: { readonly batchSize?: number | undefined }) => Promise<LocalModel>;

export const localModel =
  (config: Config): OpenLocalModel =>
  async ({ batchSize = config.batchSize } = {}) => {
    const [{ answererOf, openModels }, { embedTexts }, { toPixels }] = await Promise.all([
      import('#inference/open-models.ts'),
      import('#inference/embed.ts'),
      import('#images/picture.ts'),
    ]);
    const models = await openModels(config);
    const answerer = answererOf(models, { batchSize });
    // Captions are compared with pictures by the same vectors.
    const embedder = models.engineFor('rank');
    return {
      card: models.main.card,
      answer: ({ openPicture, ...ask }) =>
        answerer.answer({
          ...ask,
          requestId: randomUUID(),
          loadPixels: async (scaling, signal) => toPixels(await openPicture(), scaling, { signal }),
        }),
      rank: (picture, captions) => answerer.rank({ loadPixels: (scaling) => toPixels(picture, scaling), captions }),
      async embed(inputs) {
        const texts = inputs.filter((input) => typeof input === 'string');
        const pictures = inputs.filter((input) => typeof input !== 'string');
        const pixels = await Promise.all(pictures.map((picture) => toPixels(picture, embedder.card.preprocessing)));
        const ofTexts = texts.length > 0 ? [...(await embedTexts(embedder, texts))] : [];
        const ofPictures = pixels.length > 0 ? [...(await embedder.embedImages(pixels))] : [];
        return inputs.map((input) => (typeof input === 'string' ? ofTexts : ofPictures).shift() as Float32Array);
      },
      close: () => answerer.close(),
    };
  };
