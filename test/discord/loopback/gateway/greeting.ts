/** What a new session hears first: READY with its servers unavailable, then each server as GUILD_CREATE. */
import {
  ApplicationFlags,
  GatewayDispatchEvents,
  GatewayIntentBits,
  type GatewayReadyDispatchData,
  type UserFlags,
} from 'discord-api-types/v10';
import { apiGuildCreate } from '../shapes/guild.ts';
import { apiUser } from '../shapes/user.ts';
import { shardOfGuild } from '../world/snowflake.ts';
import type { World } from '../world/world.ts';
import { push, type Session } from './session.ts';

const NO_FLAGS: number = 0;

export const gatewayUrl = (world: World): string => `${world.origins.api.replace(/^http/, 'ws')}/gateway`;

/** The portal's toggles, as small apps (under 100 servers) carry them. */
export function applicationFlags(world: World): { flags: ApplicationFlags; flags_new: string } {
  const { privilegedIntents } = world.application;
  const has = (intent: GatewayIntentBits, flag: ApplicationFlags) => (privilegedIntents & intent ? flag : 0);
  const flags =
    has(GatewayIntentBits.GuildPresences, ApplicationFlags.GatewayPresenceLimited) |
    has(GatewayIntentBits.GuildMembers, ApplicationFlags.GatewayGuildMembersLimited) |
    has(GatewayIntentBits.MessageContent, ApplicationFlags.GatewayMessageContentLimited);
  return { flags, flags_new: String(flags) };
}

export function greet(world: World, session: Session): void {
  const [shard, count] = session.shard;
  const joined = [...world.guilds.values()].filter(({ members }) => members.has(world.bot.id));
  const guilds = joined.filter(({ id }) => shardOfGuild(id, count) === shard);
  const ready: GatewayReadyDispatchData = {
    v: 10,
    user: { ...apiUser(world.bot), verified: true, mfa_enabled: true, flags: NO_FLAGS as UserFlags },
    guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
    session_id: session.id,
    resume_gateway_url: gatewayUrl(world),
    shard: [shard, count],
    application: { id: world.application.id, ...applicationFlags(world) },
  };
  push(session, GatewayDispatchEvents.Ready, ready);
  if ((session.intents & GatewayIntentBits.Guilds) === 0) return;
  for (const guild of guilds) push(session, GatewayDispatchEvents.GuildCreate, apiGuildCreate(world, guild));
}
