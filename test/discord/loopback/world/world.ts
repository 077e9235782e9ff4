/** The state of the loopback Discord and its two signals: `dispatch` (for the gateway) and `changed` (for whoever waits to see). */
import { EventEmitter } from 'node:events';
import type { Clock } from './clock.ts';
import type {
  AttachmentRecord,
  ChannelRecord,
  CommandRecord,
  GuildRecord,
  InteractionRecord,
  MessageRecord,
  UserRecord,
} from './records.ts';
import { createSnowflakes } from './snowflake.ts';

/** What one gateway session may see of an event. */
export interface Viewer {
  readonly messageContent: boolean;
}

export interface Dispatch {
  readonly event: string;
  /** Routes to a shard; null: shard 0, as Discord does with DMs. */
  readonly guildId: string | null;
  /** Where it happened: a bot that cannot view the channel does not hear of it. */
  readonly channelId: string | null;
  /** The intent bit it needs; 0: always sent. */
  readonly intent: number;
  readonly data: (viewer: Viewer) => object;
}

export interface Origins {
  /** `http://127.0.0.1:PORT` of the API and the CDN. */
  readonly api: string;
  /** The media proxy: another origin, as at Discord. */
  readonly mediaProxy: string;
}

/** What the portal says about the app. */
export interface ApplicationRecord {
  readonly id: string;
  readonly token: string;
  readonly name: string;
  /** Intents switched on in the portal; identify with another privileged one closes with 4014. */
  privilegedIntents: number;
}

export interface World {
  readonly clock: Clock;
  readonly nextId: () => string;
  readonly application: ApplicationRecord;
  readonly bot: UserRecord;
  readonly origins: Origins;
  readonly users: Map<string, UserRecord>;
  readonly guilds: Map<string, GuildRecord>;
  readonly channels: Map<string, ChannelRecord>;
  /** By channel, then by id, in the order of creation; deleted ones stay, marked. */
  readonly messages: Map<string, Map<string, MessageRecord>>;
  readonly attachments: Map<string, AttachmentRecord>;
  /** Pictures of other sites, by their path on the media proxy and at the site. */
  readonly elsewhere: Map<string, { readonly bytes: Buffer; readonly contentType: string }>;
  readonly commands: Map<string, CommandRecord>;
  readonly interactions: Map<string, InteractionRecord>;
  /** The bot's messages by nonce, for `enforce_nonce`. */
  readonly nonces: Map<string | number, MessageRecord>;
  readonly signals: EventEmitter<{ dispatch: [Dispatch]; changed: [] }>;
}

export interface WorldOptions {
  readonly clock: Clock;
  readonly origins: Origins;
  readonly token: string;
  readonly appName: string;
  readonly privilegedIntents: number;
}

export function createWorld({ clock, origins, token, appName, privilegedIntents }: WorldOptions): World {
  const nextId = createSnowflakes(clock.nowMs);
  const id = nextId();
  const bot: UserRecord = { id, name: appName, bot: true, locale: 'en-US', acceptsDms: true, installed: false };
  const signals = new EventEmitter<{ dispatch: [Dispatch]; changed: [] }>();
  signals.setMaxListeners(0);
  return {
    clock,
    nextId,
    application: { id, token, name: appName, privilegedIntents },
    bot,
    origins,
    users: new Map([[id, bot]]),
    guilds: new Map(),
    channels: new Map(),
    messages: new Map(),
    attachments: new Map(),
    elsewhere: new Map(),
    commands: new Map(),
    interactions: new Map(),
    nonces: new Map(),
    signals,
  };
}

export function tell(world: World, dispatch: Dispatch): void {
  world.signals.emit('dispatch', dispatch);
  world.signals.emit('changed');
}

/** For what must be there: a broken reference inside the loopback is a bug of the loopback. */
export function the<T>(found: T | undefined | null, what: string): T {
  if (found === undefined || found === null) throw new Error(`The loopback Discord knows no ${what}. This is a bug.`);
  return found;
}
