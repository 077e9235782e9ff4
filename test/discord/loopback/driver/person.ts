/** A person at a client: posts, uses the app, and waits to see what comes of it. */
import { MessageFlags } from 'discord-api-types/v10';
import { isFailed } from '../world/interactions.ts';
import type { ChannelRecord, InteractionRecord, MessageRecord, UserRecord } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { createInteractionVerbs, type InteractionVerbs } from './person-interactions.ts';
import { createMessageVerbs, type MessageVerbs } from './person-messages.ts';
import { renderChannel, renderMessage, visibleTo } from './render.ts';
import { until } from './waiting.ts';

/** Part of a message as it is rendered, a pattern of it, or any test of the message. */
export type Sight = string | RegExp | ((message: MessageRecord, rendered: string) => boolean);

export interface Person extends MessageVerbs, InteractionVerbs {
  readonly user: UserRecord;
  readonly id: string;
  readonly name: string;
  /** Waits until a message in the channel matches; the newest that does. */
  sees(channel: ChannelRecord, what: Sight, options?: { withinMs?: number }): Promise<MessageRecord>;
  /** Waits until no message in the channel matches any more. */
  noLongerSees(channel: ChannelRecord, what: Sight, options?: { withinMs?: number }): Promise<void>;
  /** Waits for what the interaction was answered with, "is thinking…" over; fails when the app did not respond. */
  seesReply(interaction: InteractionRecord, options?: { withinMs?: number }): Promise<MessageRecord>;
  /** The whole channel as text, as this person sees it now. */
  screen(channel: ChannelRecord): string;
  /** Messages that rang this person's client. */
  pings(channel: ChannelRecord): MessageRecord[];
}

export function createPerson(world: World, user: UserRecord): Person {
  const matches = (what: Sight) => (message: MessageRecord) => {
    const rendered = renderMessage(world, message);
    if (typeof what === 'string') return rendered.includes(what);
    return what instanceof RegExp ? what.test(rendered) : what(message, rendered);
  };
  const within = (options: { withinMs?: number }) =>
    options.withinMs === undefined ? {} : { withinMs: options.withinMs };
  const screen = (channel: ChannelRecord) => renderChannel(world, channel, user);
  return {
    user,
    id: user.id,
    name: user.name,
    ...createMessageVerbs(world, user),
    ...createInteractionVerbs(world, user),
    screen,
    sees: async (channel, what, options = {}) =>
      await until(world, () => visibleTo(world, channel, user).findLast(matches(what)), {
        ...within(options),
        otherwise: () => `${user.name} waited in vain to see ${String(what)} in #${channel.name}:\n${screen(channel)}`,
      }),
    noLongerSees: async (channel, what, options = {}) => {
      await until(world, () => !visibleTo(world, channel, user).some(matches(what)), {
        ...within(options),
        otherwise: () => `${user.name} still sees ${String(what)} in #${channel.name}:\n${screen(channel)}`,
      });
    },
    seesReply: async (interaction, options = {}) =>
      await until(
        world,
        () => {
          if (isFailed(world, interaction)) throw new Error('The application did not respond');
          const message = world.messages.get(interaction.channelId)?.get(interaction.originalId ?? '');
          return message && !message.deleted && (message.flags & MessageFlags.Loading) === 0 ? message : null;
        },
        {
          ...within(options),
          otherwise: () => `${user.name} waited for a reply to ${interaction.commandName ?? 'a press'} in vain`,
        },
      ),
    pings: (channel) =>
      [...(world.messages.get(channel.id)?.values() ?? [])].filter(({ pingedIds }) => pingedIds.has(user.id)),
  };
}
