/** The commands a person is offered in a place: by context, installation, and permissions; under their localised name. */
import {
  type APIApplicationCommand,
  type ApplicationCommandType,
  ApplicationIntegrationType,
  type Locale,
  PermissionFlagsBits as P,
} from 'discord-api-types/v10';
import { type Asking, contextOf, ownersOf } from '../world/interactions.ts';
import { channelPermissions } from '../world/permissions.ts';
import type { ChannelRecord, UserRecord } from '../world/records.ts';
import type { World } from '../world/world.ts';

export interface OfferedCommand {
  readonly command: APIApplicationCommand;
  readonly owners: Asking['owners'];
}

/** Why the client does not offer it here; null when it does. */
function withheld(
  world: World,
  { command, owners }: OfferedCommand,
  user: UserRecord,
  channel: ChannelRecord,
): string | null {
  const permissions = channelPermissions(world, channel, user.id);
  const needed = BigInt(command.default_member_permissions ?? 0);
  const context = contextOf(channel);
  if (permissions === 0n) return 'the channel is not visible';
  if (Object.keys(owners).length === 0) return 'the app is not installed here in a way the command supports';
  if (command.contexts && !command.contexts.includes(context)) return `it is not for this context (${context})`;
  if (channel.guildId === null) return null;
  if ((permissions & P.UseApplicationCommands) === 0n) return 'application commands are not allowed';
  const closed = command.default_member_permissions === '0' && (permissions & P.Administrator) === 0n;
  return closed || (permissions & needed) !== needed ? 'it needs more permissions' : null;
}

/** A command works through those installations that the place has and the command supports. */
function ownersFor(world: World, command: APIApplicationCommand, user: UserRecord, channel: ChannelRecord) {
  const owners = ownersOf(world, user, channel);
  const types: readonly number[] = command.guild_id
    ? [ApplicationIntegrationType.GuildInstall]
    : (command.integration_types ?? [0]);
  return Object.fromEntries(Object.entries(owners).filter(([key]) => types.includes(Number(key)))) as Asking['owners'];
}

export function offered(
  world: World,
  user: UserRecord,
  channel: ChannelRecord,
  name: string,
  type: ApplicationCommandType,
): OfferedCommand {
  const here = [...world.commands.values()].filter(({ guildId }) => guildId === null || guildId === channel.guildId);
  const found = here.find(
    ({ command }) =>
      command.type === type && (command.name === name || command.name_localizations?.[user.locale as Locale] === name),
  );
  if (!found) throw new Error(`${user.name} is offered no command ${name}: the app has registered none`);
  const candidate = { command: found.command, owners: ownersFor(world, found.command, user, channel) };
  const reason = withheld(world, candidate, user, channel);
  if (reason) throw new Error(`${user.name} is not offered ${name} here: ${reason}`);
  return candidate;
}
