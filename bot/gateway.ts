/**
 * The events of Discord's gateway that the bot acts upon, each once: a session that is resumed may repeat what it said. A handler
 * that fails is logged; it has told its person by itself.
 */
import type { Client } from 'discord.js';
import { GatewayDispatchEvents } from 'discord.js';
import { LRUCache } from 'lru-cache';
import type { Logger } from '#ops/logger.ts';

export interface GatewayHandlers {
  readonly message: (raw: unknown) => Promise<void>;
  readonly interaction: (raw: unknown) => Promise<void>;
}

/** Of some minutes on a busy bot. */
const REMEMBERED = 10_000;

export interface Gateway {
  /** Takes no more events and waits for those in hand. */
  close(): Promise<void>;
}

export function listenToGateway(
  client: Client,
  { message, interaction }: GatewayHandlers,
  log: Pick<Logger, 'error'>,
): Gateway {
  const seen = new LRUCache<string, true>({ max: REMEMBERED });
  const inHand = new Set<Promise<void>>();
  let closed = false;

  const once = (handle: (raw: unknown) => Promise<void>) => (raw: { readonly id: string }) => {
    if (closed || seen.has(raw.id)) return;
    seen.set(raw.id, true);
    const work: Promise<void> = handle(raw)
      .catch((error: unknown) => log.error({ error }, 'an event could not be handled'))
      .finally(() => inHand.delete(work));
    inHand.add(work);
  };
  client.ws.on(GatewayDispatchEvents.MessageCreate, once(message));
  client.ws.on(GatewayDispatchEvents.InteractionCreate, once(interaction));

  return {
    async close() {
      closed = true;
      await Promise.all(inHand);
    },
  };
}
