/**
 * What a person sees while they wait: their place in the line, then the words so far, with a button to call it off. Each reply
 * changes at most once a second, a channel's replies together too, and all of them together leave Discord's limits room for
 * answers. An ask that nobody answers is given up here.
 */
import type { Progress } from '#core/answer.ts';
import { LIMITS } from '#core/limits.ts';
import type { ProgressFeed } from '#queue/progress.ts';
import type { Address } from './address.ts';
import { createBudget } from './budget.ts';
import type { BotParts } from './parts.ts';
import type { Poster } from './post/poster.ts';
import { waitingMessage } from './render/waiting-message.ts';

interface Begun {
  readonly requestId: string;
  readonly address: Address;
}
export interface Waiting {
  begin(begun: Begun): void;
  /** Its answer is about to be posted, here or elsewhere. */
  end(requestId: string): void;
  close(): void;
}

interface Watched extends Begun {
  /** Nothing is shown before: a quick answer needs no announcement. */
  nextAt: number;
  readonly giveUpAt: number;
  progress: Progress | undefined;
  shown: string;
  busy: boolean;
  readonly stop: () => void;
}

export interface WaitingParts extends Pick<BotParts, 'queue' | 'log' | 'now'> {
  readonly progress: Pick<ProgressFeed, 'listen'>;
  readonly poster: Pick<Poster, 'show'>;
}

const TICK_MS = 100;
const EVERY_MS = 1_000;
/** A deferred reply says "thinking" by itself; under a message nothing stands yet, but most answers are there by then. */
const FIRST_MS = { interaction: 1_000, message: 1_200 } as const;
/** Discord allows 50 requests a second; a fifth of them may say that nothing has happened yet. */
const SHOWN_PER_SECOND = 10;
/** Looks at the queue, which cost Redis a little each. */
const LOOKS_PER_SECOND = 200;
/** After its deadline an ask has this long to be told by a worker. */
const GRACE_MS = 5_000;
/** Asks watched at once: beyond it people still get their answer, and no news before it. */
const WATCHED = 5_000;

export function createWaiting(parts: WaitingParts): Waiting {
  const watched = new Map<string, Watched>();
  const channelFreeAt = new Map<string, number>();
  const shows = createBudget(SHOWN_PER_SECOND, parts.now);
  const looks = createBudget(LOOKS_PER_SECOND, parts.now);

  const end = (requestId: string) => {
    watched.get(requestId)?.stop();
    watched.delete(requestId);
  };

  const giveUp = async ({ requestId }: Watched) => {
    end(requestId);
    await parts.queue.cancel(requestId, 'deadline_passed');
  };

  /** Its place while it is in line; undefined when there is nothing new to say. */
  const newsOf = async (one: Watched): Promise<Progress | undefined> => {
    if (one.progress && one.progress.stage !== 'queued') return one.progress;
    const position = await parts.queue.position(one.requestId);
    // A worker may have spoken while the queue was asked.
    if (one.progress) return one.progress;
    return position === undefined ? undefined : { stage: 'queued', position };
  };

  const show = async (one: Watched) => {
    const news = await newsOf(one);
    if (!news || !watched.has(one.requestId)) return;
    const message = waitingMessage(one.address.language, one.requestId, news);
    if (message.content === one.shown || !shows.take()) return;
    one.shown = message.content;
    if (!(await parts.poster.show(one.requestId, one.address, message))) end(one.requestId);
  };

  const look = (one: Watched, now: number) => {
    one.busy = true;
    one.nextAt = now + EVERY_MS;
    channelFreeAt.set(one.address.channelId, now + EVERY_MS);
    const work = now >= one.giveUpAt ? giveUp(one) : show(one);
    work
      .catch((error: unknown) => parts.log.warn({ error, requestId: one.requestId }, 'a wait could not be shown'))
      .finally(() => {
        one.busy = false;
      });
  };

  const tick = () => {
    const now = parts.now();
    for (const [channel, freeAt] of channelFreeAt) if (freeAt <= now) channelFreeAt.delete(channel);
    for (const one of watched.values()) {
      if (one.busy || one.nextAt > now || (channelFreeAt.get(one.address.channelId) ?? 0) > now) continue;
      if (!looks.take()) return;
      // Looked at last from now on: when there is not enough for all, each has its turn.
      watched.delete(one.requestId);
      watched.set(one.requestId, one);
      look(one, now);
    }
  };
  const timer = setInterval(tick, TICK_MS);

  return {
    begin({ requestId, address }) {
      if (watched.size >= WATCHED || watched.has(requestId)) return;
      const now = parts.now();
      const one: Watched = {
        requestId,
        address,
        nextAt: now + FIRST_MS[address.kind],
        giveUpAt: now + LIMITS.askDeadlineMs + GRACE_MS,
        progress: undefined,
        shown: '',
        busy: false,
        stop: parts.progress.listen(requestId, (progress) => {
          one.progress = progress;
        }),
      };
      watched.set(requestId, one);
    },
    end,
    close() {
      clearInterval(timer);
      for (const { stop } of watched.values()) stop();
      watched.clear();
    },
  };
}
