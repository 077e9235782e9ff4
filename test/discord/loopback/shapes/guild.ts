/** Servers as the API and GUILD_CREATE show them. */
import {
  type APIGuild,
  type APISticker,
  type GatewayGuildCreateDispatchData,
  GuildDefaultMessageNotifications,
  GuildExplicitContentFilter,
  GuildMFALevel,
  GuildNSFWLevel,
  GuildPremiumTier,
  GuildSystemChannelFlags,
  GuildVerificationLevel,
  type Locale,
  PermissionFlagsBits,
  type StickerFormatType,
  StickerType,
} from 'discord-api-types/v10';
import { isThread, may } from '../world/permissions.ts';
import type { GuildRecord, StickerRecord } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { apiChannel, apiThread } from './channel.ts';
import { apiMemberWithUser } from './user.ts';

export const apiSticker = (sticker: StickerRecord, guildId: string): APISticker => ({
  id: sticker.id,
  name: sticker.name,
  description: null,
  tags: sticker.name,
  type: StickerType.Guild,
  format_type: sticker.format as StickerFormatType,
  guild_id: guildId,
  available: true,
});

export function apiGuild(guild: GuildRecord): APIGuild {
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    banner: null,
    description: null,
    owner_id: guild.ownerId,
    region: '',
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: GuildVerificationLevel.None,
    default_message_notifications: GuildDefaultMessageNotifications.OnlyMentions,
    explicit_content_filter: GuildExplicitContentFilter.Disabled,
    roles: [...guild.roles.values()],
    emojis: [...guild.emojis.values()].map(({ id, name, animated }) => ({ id, name, animated, roles: [] })),
    stickers: [...guild.stickers.values()].map((sticker) => apiSticker(sticker, guild.id)),
    features: [],
    mfa_level: GuildMFALevel.None,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: GuildSystemChannelFlags.SuppressJoinNotifications,
    rules_channel_id: null,
    vanity_url_code: null,
    premium_tier: GuildPremiumTier.None,
    premium_subscription_count: 0,
    premium_progress_bar_enabled: false,
    preferred_locale: guild.locale as Locale,
    public_updates_channel_id: null,
    nsfw_level: GuildNSFWLevel.Default,
    hub_type: null,
    safety_alerts_channel_id: null,
    incidents_data: null,
  };
}

/** Without the GUILD_MEMBERS intent only the bot itself stands among the members. */
export function apiGuildCreate(world: World, guild: GuildRecord): GatewayGuildCreateDispatchData {
  const channels = [...world.channels.values()].filter(({ guildId }) => guildId === guild.id);
  const visible = channels.filter((channel) => may(world, channel, world.bot.id, PermissionFlagsBits.ViewChannel));
  const bot = apiMemberWithUser(world, guild, world.bot.id);
  return {
    ...apiGuild(guild),
    joined_at: bot.joined_at ?? '',
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    members: [bot],
    channels: visible
      .filter((channel) => !isThread(channel))
      .map((channel) => apiChannel(world, channel) as GatewayGuildCreateDispatchData['channels'][number]),
    threads: visible
      .filter((channel) => isThread(channel) && channel.thread?.archived === false)
      .map((channel) => apiThread(world, channel)),
    presences: [],
    voice_states: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  };
}
