/** Interactions: who used what where, sent to the bot with a token that must be answered in 3 s and lives 15 minutes. */
import { randomBytes } from 'node:crypto';
import {
  type APIInteraction,
  ApplicationIntegrationType,
  GatewayDispatchEvents,
  InteractionContextType,
  type InteractionType,
  type Locale,
  PermissionFlagsBits as P,
} from 'discord-api-types/v10';
import { apiChannel } from '../shapes/channel.ts';
import { apiMessage } from '../shapes/message.ts';
import { apiInteractionMember, apiUser } from '../shapes/user.ts';
import { appPermissions, isWithBot, may } from './permissions.ts';
import type { ChannelRecord, InteractionRecord, MessageRecord, UserRecord } from './records.ts';
import { tell, the, type World } from './world.ts';

export const ACK_MS = 3000;
export const TOKEN_LIFE_MS = 15 * 60_000;
const MAX_FILE_BYTES = 10 * 1024 * 1024;

export interface Asking {
  readonly type: InteractionType;
  readonly user: UserRecord;
  readonly channel: ChannelRecord;
  readonly data: object;
  readonly commandName: string | null;
  /** The message a component stands on. */
  readonly message: MessageRecord | null;
  /** Which installations let this happen; a component keeps those of its message's interaction. */
  readonly owners: Partial<Record<ApplicationIntegrationType, string>>;
}

export function contextOf(channel: ChannelRecord): InteractionContextType {
  if (channel.guildId !== null) return InteractionContextType.Guild;
  return isWithBot(channel) ? InteractionContextType.BotDM : InteractionContextType.PrivateChannel;
}

/** The installations that reach this place: the server's, and the person's own. */
export function ownersOf(world: World, user: UserRecord, channel: ChannelRecord): Asking['owners'] {
  const guild = channel.guildId === null ? undefined : world.guilds.get(channel.guildId);
  const inGuild = guild?.members.has(world.bot.id) === true;
  const botDm = contextOf(channel) === InteractionContextType.BotDM;
  return {
    ...(inGuild && guild ? { [ApplicationIntegrationType.GuildInstall]: guild.id } : {}),
    ...(botDm ? { [ApplicationIntegrationType.GuildInstall]: '0' } : {}),
    ...(user.installed ? { [ApplicationIntegrationType.UserInstall]: user.id } : {}),
  };
}

function payloadOf(world: World, id: string, token: string, asking: Asking): APIInteraction {
  const { user, channel, message } = asking;
  const guild = channel.guildId === null ? undefined : the(world.guilds.get(channel.guildId), 'guild');
  const who = guild
    ? {
        guild_id: guild.id,
        guild: { id: guild.id, locale: guild.locale as Locale, features: [] },
        guild_locale: guild.locale as Locale,
        member: apiInteractionMember(world, guild, channel, user.id),
      }
    : { user: apiUser(user) };
  return {
    id,
    application_id: world.application.id,
    type: asking.type,
    token,
    version: 1,
    data: asking.data,
    channel: apiChannel(world, channel),
    channel_id: channel.id,
    ...who,
    ...(message ? { message: apiMessage(world, message, { messageContent: true }) } : {}),
    locale: user.locale as Locale,
    app_permissions: appPermissions(world, channel).toString(),
    authorizing_integration_owners: asking.owners,
    context: contextOf(channel),
    entitlements: [],
    attachment_size_limit: MAX_FILE_BYTES,
  } as unknown as APIInteraction;
}

/** An app that only the person installed speaks in public only where the person may use external apps. */
function isForcedEphemeral(world: World, { owners, channel, user }: Asking): boolean {
  if (channel.guildId === null || ApplicationIntegrationType.GuildInstall in owners) return false;
  return !may(world, channel, user.id, P.UseExternalApps);
}

export function ask(world: World, asking: Asking): InteractionRecord {
  const id = world.nextId();
  const token = Buffer.from(`interaction:${id}:${randomBytes(48).toString('base64url')}`).toString('base64url');
  const payload = payloadOf(world, id, token, asking);
  const interaction: InteractionRecord = {
    id,
    token,
    type: asking.type,
    createdMs: world.clock.nowMs(),
    userId: asking.user.id,
    channelId: asking.channel.id,
    payload,
    commandName: asking.commandName,
    messageId: asking.message?.id ?? null,
    forcedEphemeral: isForcedEphemeral(world, asking),
    ackedMs: null,
    callbackType: null,
    originalId: null,
    modal: null,
    choices: null,
    followUps: 0,
  };
  world.interactions.set(id, interaction);
  tell(world, {
    event: GatewayDispatchEvents.InteractionCreate,
    guildId: asking.channel.guildId,
    channelId: asking.channel.id,
    intent: 0,
    data: () => payload,
  });
  return interaction;
}

/** The interaction a token was made for; the token itself says which. */
export function byToken(world: World, token: string): InteractionRecord | undefined {
  const [, id] = Buffer.from(token, 'base64url').toString('utf8').split(':');
  const found = world.interactions.get(id ?? '');
  return found?.token === token ? found : undefined;
}

/** "The application did not respond": what the person reads once the time to answer is over. */
export const isFailed = (world: World, { ackedMs, createdMs }: InteractionRecord): boolean =>
  ackedMs === null && world.clock.nowMs() - createdMs > ACK_MS;

export const isExpired = (world: World, { createdMs }: InteractionRecord): boolean =>
  world.clock.nowMs() - createdMs > TOKEN_LIFE_MS;
