/** What the room is made of, as its routes see it: main.ts fills it from the library, unit tests from memory. */
import type { AnswerOutcome, Progress } from '#core/answer.ts';
import type { AskRequest } from '#core/ask.ts';
import type { EmbedOutcome, EmbedRequest } from '#core/embed.ts';
import type { ErrorCode } from '#core/errors.ts';
import type { ModelFacts } from '#core/model-facts.ts';
import type { Logger } from '#ops/logger.ts';
import type { Metrics } from '#ops/metrics.ts';
import type { ServedModel } from '#queue/presence.ts';
import type { AskIds } from './ask-id.ts';
import type { Pulse } from './pulse.ts';

export interface StoredPicture {
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
}

type StopListening = () => void;

export interface RoomParts {
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly askIds: AskIds;
  /** @throws SightlineError of the pictures' kind, `redis_unavailable` */
  storePicture(bytes: Buffer): Promise<StoredPicture>;
  /**
   * A picture that is kept, as it is kept.
   * @throws SightlineError `image_gone`, `redis_unavailable`
   */
  picture(sha256: string): Promise<Uint8Array>;
  /**
   * @param priority asks that the same person has under way already
   * @throws SightlineError `queue_full`, `redis_unavailable`
   */
  ask(request: AskRequest, options: { priority: number }): Promise<void>;
  /** Place in the queue, from 1; undefined once a worker has it. */
  position(id: string): Promise<number | undefined>;
  /** Nobody need answer any more: it ends with `code`. */
  cancel(id: string, code: ErrorCode): Promise<void>;
  readonly outcomes: {
    /** The first outcome of an ask stands; returns the one that does. */
    put(id: string, outcome: AnswerOutcome): Promise<AnswerOutcome>;
    /** Also hears one that is there already, and one that came while Redis was away. */
    listen(id: string, heard: (outcome: AnswerOutcome) => void): StopListening;
  };
  readonly progress: { listen(id: string, heard: (progress: Progress) => void): StopListening };
  pulse(): Pulse;
  modelFacts(): Promise<ModelFacts>;
  /** @throws SightlineError `queue_full`, `redis_unavailable`, `no_worker`, `deadline_passed` */
  embed(request: EmbedRequest): Promise<EmbedOutcome>;
  /** The models of each worker that is there. */
  workers(): Promise<readonly (readonly ServedModel[])[]>;
}
