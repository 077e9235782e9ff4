/**
 * The one place that answers: what an ask shows while it waits, and then its last word, exactly once whoever dies in between.
 * Whoever writes holds the request's pen; a last word that stands is never written over. Rejects when Discord or Redis cannot be
 * reached: the answer job is then tried again, and finds what was done already.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Routes } from 'discord.js';
import type { Address, MessageAddress } from '../address.ts';
import type { BotParts } from '../parts.ts';
import { postAsMessage, showAsMessage } from './as-message.ts';
import { bodyOf, type Outgoing } from './outgoing.ts';
import { postToInteraction, showInInteraction } from './to-interaction.ts';

export interface Poster {
  /** What is shown meanwhile. False when the last word stands; nothing is shown while somebody else writes. */
  show(requestId: string, address: Address, message: Outgoing): Promise<boolean>;
  conclude(requestId: string, address: Address, message: Outgoing): Promise<void>;
  /** Says something under a message while nothing can be remembered: Redis is gone. */
  blurt(requestId: string, address: MessageAddress, message: Outgoing): Promise<void>;
}

export type PosterParts = Pick<BotParts, 'rest' | 'memory' | 'botId' | 'log' | 'now' | 'surroundings'>;

/** Longer than any request of ours to Discord may take, its retries included. */
const PEN_MS = { show: 10_000, conclude: 60_000 } as const;
/** A line that shows how far it is must not be late itself. */
const SHOW_MS = 4_000;
const PATIENCE_MS = 20_000;

export function createPoster(parts: PosterParts): Poster {
  const { memory } = parts;

  const takePenPatiently = async (requestId: string) => {
    for (const until = parts.now() + PATIENCE_MS; ; ) {
      const pen = await memory.takePen(requestId, PEN_MS.conclude);
      if (pen) return pen;
      if (parts.now() > until) throw new Error(`Somebody else has been writing the reply to ${requestId} for too long`);
      await sleep(50);
    }
  };

  return {
    async show(requestId, address, message) {
      const pen = await memory.takePen(requestId, PEN_MS.show);
      if (!pen) return true;
      try {
        const { posted } = pen;
        if (posted?.final) return false;
        const signal = AbortSignal.timeout(SHOW_MS);
        const shown = { requestId, message, posted, signal };
        if (address.kind === 'interaction') return await showInInteraction(parts, shown);
        return await showAsMessage(parts, address, shown);
      } finally {
        await pen.release();
      }
    },
    async blurt(requestId, { channelId, messageId }, message) {
      const body = bodyOf(message, { nonce: requestId, replyTo: { messageId, channelId } });
      await parts.rest.post(Routes.channelMessages(channelId), { body });
    },
    async conclude(requestId, address, message) {
      const pen = await takePenPatiently(requestId);
      try {
        const { posted } = pen;
        if (posted?.final) return;
        const last = { requestId, message, posted };
        const triedAt = posted?.triedAt ?? parts.now();
        const placed =
          address.kind === 'interaction'
            ? await postToInteraction(parts, address, last)
            : await postAsMessage(parts, address, last);
        await memory.putPosted(requestId, { ...placed, triedAt, final: true });
        if (placed?.messageId !== undefined) await memory.putAnswerOf(placed.messageId, requestId);
      } finally {
        await pen.release().catch(() => {});
      }
    },
  };
}
