/**
 * The events of Discord's gateway that the bot acts upon, each once: a session that is resumed may repeat what it said. What comes
 * before everything is ready waits. A handler that fails is logged; it has told its person by itself.
 */
import { type Client, GatewayDispatchEvents } from 'discord.js';
import { LRUCache } from 'lru-cache';
import type { Logger } from '#ops/logger.ts';

export interface GatewayHandlers {
  readonly message: (raw: unknown) => Promise<void>;
  readonly interaction: (raw: unknown) => Promise<void>;
  readonly edited: (raw: unknown) => Promise<void>;
  readonly deleted: (raw: unknown) => Promise<void>;
  /** The bot was removed from a server, or the server is no more. */
  readonly left: (raw: unknown) => Promise<void>;
}

/** Of some minutes on a busy bot. */
const REMEMBERED = 10_000;
/** While the servers are still coming in. */
const HELD = 1_000;

export interface Gateway {
  start(handlers: GatewayHandlers): void;
  /** Takes no more events and waits for those in hand. */
  close(): Promise<void>;
}

export function listenToGateway(client: Client, log: Pick<Logger, 'error' | 'warn'>): Gateway {
  const seen = new LRUCache<string, true>({ max: REMEMBERED });
  const inHand = new Set<Promise<void>>();
  const held: (() => void)[] = [];
  let handlers: GatewayHandlers | undefined;
  let closed = false;

  // A hundred events may come in one piece: between two of them the loop is free for everything else.
  const turns: (() => void)[] = [];
  const next = () => {
    turns.shift()?.();
    if (turns.length > 0) setImmediate(next);
  };
  const turn = () =>
    new Promise<void>((start) => {
      turns.push(start);
      if (turns.length === 1) setImmediate(next);
    });

  const run = (kind: keyof GatewayHandlers, raw: unknown) => {
    if (!handlers) {
      if (held.length < HELD) held.push(() => run(kind, raw));
      else log.warn({ kind }, 'an event came too early and was left alone');
      return;
    }
    const handle = handlers[kind];
    const work: Promise<void> = turn()
      .then(() => handle(raw))
      .catch((error: unknown) => log.error({ error, kind }, 'an event could not be handled'))
      .finally(() => inHand.delete(work));
    inHand.add(work);
  };
  const once = (kind: keyof GatewayHandlers) => (raw: { readonly id: string }) => {
    if (closed || seen.has(raw.id)) return;
    seen.set(raw.id, true);
    run(kind, raw);
  };
  client.ws.on(GatewayDispatchEvents.MessageCreate, once('message'));
  client.ws.on(GatewayDispatchEvents.InteractionCreate, once('interaction'));
  // What these lead to is the same however often they come.
  const each = (kind: keyof GatewayHandlers) => (raw: unknown) => {
    if (!closed) run(kind, raw);
  };
  client.ws.on(GatewayDispatchEvents.MessageUpdate, each('edited'));
  client.ws.on(GatewayDispatchEvents.MessageDelete, each('deleted'));
  client.ws.on(GatewayDispatchEvents.MessageDeleteBulk, each('deleted'));
  client.ws.on(GatewayDispatchEvents.GuildDelete, each('left'));

  return {
    start(started) {
      handlers = started;
      for (const resume of held.splice(0)) resume();
    },
    async close() {
      closed = true;
      await Promise.all(inHand);
    },
  };
}
