/**
 * The discord.js client: no more events than are used, no more cached than permissions need. Messages and interactions are read
 * from the gateway's own packets (discord/message.ts, discord/interaction.ts), so none is kept here.
 */
import { Client, GatewayIntentBits, Options } from 'discord.js';
import { REQUEST_MS } from './discord/rest.ts';

interface ClientSettings {
  /** Base address of the REST API without its version (DISCORD_API). */
  readonly api: string;
  readonly seesContent: boolean;
  readonly shardCount: number | undefined;
}

/** docs/discord.md says what each is for. */
export function intentsFor(seesContent: boolean): number {
  const needed = GatewayIntentBits.Guilds | GatewayIntentBits.GuildMessages | GatewayIntentBits.DirectMessages;
  return seesContent ? needed | GatewayIntentBits.MessageContent : needed;
}

/** Kept as discord.js fills them; guilds, channels, roles and overwrites stay, as permissions are reckoned from them. */
const NOTHING_OF = {
  ApplicationCommandManager: 0,
  AutoModerationRuleManager: 0,
  BaseGuildEmojiManager: 0,
  DMMessageManager: 0,
  EntitlementManager: 0,
  GuildBanManager: 0,
  GuildEmojiManager: 0,
  GuildForumThreadManager: 200,
  GuildInviteManager: 0,
  GuildMessageManager: 0,
  GuildScheduledEventManager: 0,
  GuildStickerManager: 0,
  GuildTextThreadManager: 200,
  MessageManager: 0,
  PresenceManager: 0,
  ReactionManager: 0,
  ReactionUserManager: 0,
  StageInstanceManager: 0,
  ThreadMemberManager: 0,
  VoiceStateManager: 0,
} as const;

export function createClient({ api, seesContent, shardCount }: ClientSettings): Client {
  return new Client({
    intents: intentsFor(seesContent),
    makeCache: Options.cacheWithLimits({
      ...NOTHING_OF,
      // The bot itself: its roles are what permissions come from.
      GuildMemberManager: { maxSize: 0, keepOverLimit: ({ id, client }) => id === client.user.id },
      UserManager: { maxSize: 0, keepOverLimit: ({ id, client }) => id === client.user?.id },
    }),
    allowedMentions: { parse: [], repliedUser: false },
    rest: { api, timeout: REQUEST_MS },
    ...(shardCount === undefined
      ? {}
      : { shardCount, shards: Array.from({ length: shardCount }, (_, shard) => shard) }),
  });
}
