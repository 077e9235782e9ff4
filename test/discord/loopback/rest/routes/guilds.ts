/** Servers, members and roles, as far as the bot is in them. */
import { GatewayDispatchEvents, GatewayIntentBits, PermissionFlagsBits as P } from 'discord-api-types/v10';
import { apiChannel, apiThread } from '../../shapes/channel.ts';
import { apiGuild } from '../../shapes/guild.ts';
import { apiMemberWithUser } from '../../shapes/user.ts';
import { isThread, may } from '../../world/permissions.ts';
import { tell } from '../../world/world.ts';
import { guildOf } from '../access.ts';
import { refuse } from '../refusal.ts';
import { type Call, done, ok, type Reply, type Route, route } from '../router.ts';

function channelsOf(call: Call, threads: boolean) {
  const { world } = call;
  const guild = guildOf(call);
  return [...world.channels.values()]
    .filter(({ guildId }) => guildId === guild.id)
    .filter((channel) => isThread(channel) === threads)
    .filter((channel) => may(world, channel, world.bot.id, P.ViewChannel));
}

function member(call: Call): Reply {
  const guild = guildOf(call);
  const id = call.params.user === '@me' ? call.world.bot.id : (call.params.user ?? '');
  if (!call.world.users.has(id)) refuse('unknownUser');
  if (!guild.members.has(id)) refuse('unknownMember');
  return ok(apiMemberWithUser(call.world, guild, id));
}

/** Listing members is behind the privileged intent. */
function members(call: Call): Reply {
  const guild = guildOf(call);
  if ((call.world.application.privilegedIntents & GatewayIntentBits.GuildMembers) === 0) refuse('missingAccess');
  const ids = [...guild.members.keys()].slice(0, Number(call.query.get('limit') ?? 1));
  return { status: 200, body: ids.map((id) => apiMemberWithUser(call.world, guild, id)) };
}

function activeThreads(call: Call): Reply {
  const active = channelsOf(call, true).filter(({ thread }) => thread?.archived === false);
  return ok({ threads: active.map((thread) => apiThread(call.world, thread)), members: [] });
}

function leave(call: Call): Reply {
  const { world } = call;
  const guild = guildOf(call);
  guild.members.delete(world.bot.id);
  tell(world, {
    event: GatewayDispatchEvents.GuildDelete,
    guildId: guild.id,
    channelId: null,
    intent: GatewayIntentBits.Guilds,
    data: () => ({ id: guild.id }),
  });
  return done;
}

const joined = (call: Call): Reply => ({
  status: 200,
  body: [...call.world.guilds.values()]
    .filter(({ members: there }) => there.has(call.world.bot.id))
    .map(({ id, name, ownerId }) => ({ id, name, icon: null, owner: ownerId === call.world.bot.id, features: [] })),
});

export const guildRoutes: readonly Route[] = [
  route('GET', '/guilds/:guild', (call) => ok(apiGuild(guildOf(call)))),
  route('GET', '/guilds/:guild/channels', (call) => ({
    status: 200,
    body: channelsOf(call, false).map((channel) => apiChannel(call.world, channel)),
  })),
  route('GET', '/guilds/:guild/threads/active', activeThreads),
  route('GET', '/guilds/:guild/roles', (call) => ({ status: 200, body: [...guildOf(call).roles.values()] })),
  route('GET', '/guilds/:guild/members', members),
  route('GET', '/guilds/:guild/members/:user', member),
  route('GET', '/users/@me/guilds', joined),
  route('DELETE', '/users/@me/guilds/:guild', leave),
];
