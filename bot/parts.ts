/**
 * What the bot's handlers are given: ports, which main.ts fills from the library and Discord, and tests from memory. A handler
 * takes only those it names.
 */
import type { BlobStore } from '#images/blob-store.ts';
import type { Logger } from '#ops/logger.ts';
import type { AnswerSender } from '#queue/answer-sender.ts';
import type { Producer } from '#queue/producer.ts';
import type { EffectiveSettings } from '#store/settings.ts';
import type { Store } from '#store/store.ts';
import type { Admission } from './admission/admission.ts';
import type { Notes } from './auto-alt/notes.ts';
import type { Rest } from './discord/rest.ts';
import type { Surroundings } from './discord/surroundings.ts';
import type { Memory } from './memory.ts';
import type { Poster } from './post/poster.ts';
import type { Lately } from './privacy/lately.ts';
import type { Waiting } from './waiting.ts';

export interface BotParts {
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Discord's REST API, with rate limits kept and mere outages waited for. */
  readonly rest: Rest;
  /** The application's id, which is also the bot's user id. */
  readonly botId: string;
  /** What is known of channels without asking: permissions, threads, the server's language. */
  readonly surroundings: Surroundings;
  readonly queue: Pick<Producer, 'ask' | 'position' | 'cancel' | 'waiting'>;
  readonly blobs: Pick<BlobStore, 'get'>;
  readonly memory: Memory;
  readonly admission: Admission;
  /** @param parentId of a thread, which has the settings of the channel it belongs to */
  readonly settings: {
    of(guildId: string | undefined, channelId: string, parentId?: string): Promise<EffectiveSettings>;
  };
  /** Puts an answer into the queue of answers, where it waits until it is posted. */
  readonly answers: Pick<AnswerSender, 'send'>;
  readonly store: Pick<Store, 'settings' | 'people' | 'feedback' | 'autoAltPosts' | 'privacy'>;
  readonly lately: Lately;
  /** Pictures that may be described without being asked. */
  readonly notes: Notes;
  readonly poster: Poster;
  readonly waiting: Waiting;
  /** Whether message contents come to us (DISCORD_MESSAGE_CONTENT). */
  readonly seesContent: boolean;
  /** Origins that links may lead to (IMAGE_ORIGINS), and Discord's own. */
  readonly imageOrigins: readonly string[];
  readonly discordCdn: readonly string[];
  readonly now: () => number;
}
