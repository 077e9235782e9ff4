/** Reactions of the bot: unicode emoji, or `name:id` of one it knows. */
import { PermissionFlagsBits as P } from 'discord-api-types/v10';
import { apiUser } from '../../shapes/user.ts';
import { react } from '../../world/messages.ts';
import { may } from '../../world/permissions.ts';
import type { ReactionRecord } from '../../world/records.ts';
import type { World } from '../../world/world.ts';
import { messageOf, refuseArchived } from '../access.ts';
import { refuse } from '../refusal.ts';
import { type Call, done, type Reply, type Route, route } from '../router.ts';

const MAX_EMOJI = 20;

export function emojiOf(world: World, text: string): ReactionRecord['emoji'] {
  const [, name, id] = /^(\w+):(\d{17,20})$/.exec(text) ?? [];
  if (id && name) {
    const known = [...world.guilds.values()].some(({ emojis }) => emojis.has(id));
    return known ? { id, name } : refuse('unknownEmoji');
  }
  return /\p{Extended_Pictographic}|\p{Regional_Indicator}|[0-9#*]\ufe0f?\u20e3/u.test(text)
    ? { id: null, name: text }
    : refuse('unknownEmoji');
}

function add(call: Call): Reply {
  const { world } = call;
  const [channel, message] = messageOf(call, P.ReadMessageHistory);
  refuseArchived(channel);
  const emoji = emojiOf(world, call.params.emoji ?? '');
  const present = message.reactions.some((one) => one.emoji.name === emoji.name);
  if (!present && !may(world, channel, world.bot.id, P.AddReactions)) refuse('missingPermissions');
  if (!present && message.reactions.length >= MAX_EMOJI) refuse('tooManyReactions');
  react(world, message, world.bot.id, emoji, true);
  return done;
}

function removeOf(call: Call, userId: string): Reply {
  const { world } = call;
  const [channel, message] = messageOf(call, userId === world.bot.id ? 0n : P.ManageMessages);
  refuseArchived(channel);
  react(world, message, userId, emojiOf(world, call.params.emoji ?? ''), false);
  return done;
}

function removeAll(call: Call): Reply {
  const { world } = call;
  const [, message] = messageOf(call, P.ManageMessages);
  for (const { emoji, userIds } of [...message.reactions]) {
    for (const userId of [...userIds]) react(world, message, userId, emoji, false);
  }
  return done;
}

function list(call: Call): Reply {
  const [, message] = messageOf(call, P.ReadMessageHistory);
  const { name } = emojiOf(call.world, call.params.emoji ?? '');
  const found = message.reactions.find(({ emoji }) => emoji.name === name);
  const users = [...(found?.userIds ?? [])].map((id) => call.world.users.get(id)).filter((user) => user !== undefined);
  return { status: 200, body: users.map(apiUser) };
}

const REACTIONS = '/channels/:channel/messages/:message/reactions';
/** Reactions are the slowest thing a bot may do. */
const ONE_IN_QUARTER = { limit: { limit: 1, windowMs: 250 } };

export const reactionRoutes: readonly Route[] = [
  route('DELETE', REACTIONS, removeAll),
  route('GET', `${REACTIONS}/:emoji`, list),
  route('PUT', `${REACTIONS}/:emoji/@me`, add, ONE_IN_QUARTER),
  route('DELETE', `${REACTIONS}/:emoji/@me`, (call) => removeOf(call, call.world.bot.id), ONE_IN_QUARTER),
  route('DELETE', `${REACTIONS}/:emoji/:user`, (call) => removeOf(call, call.params.user ?? ''), ONE_IN_QUARTER),
];
