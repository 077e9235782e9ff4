/**
 * `/settings`: the panel, for those who may manage the server. Discord offers it to them alone; that is asked again at each use, as
 * a panel stays open when a role is taken away.
 */
import {
  ApplicationCommandType,
  ApplicationIntegrationType,
  InteractionContextType,
  PermissionFlagsBits,
} from 'discord.js';
import { SightlineError } from '#core/errors.ts';
import type { ButtonHandler, Command } from '../commands/command.ts';
import { described, named } from '../commands/describe.ts';
import type { Scene } from '../discord/interaction.ts';
import { applySettings } from './apply.ts';
import { ACTION, readControl } from './page.ts';
import { renderSettings } from './render.ts';

/** @throws SightlineError `admins_only` */
function checkedGuild({ guildId, permissions }: Scene): string {
  const manages = (permissions & (PermissionFlagsBits.ManageGuild | PermissionFlagsBits.Administrator)) !== 0n;
  if (guildId === undefined || !manages) throw new SightlineError('admins_only');
  return guildId;
}

export const settings: Command = {
  use: undefined,
  policy: {
    contexts: [InteractionContextType.Guild],
    installs: [ApplicationIntegrationType.GuildInstall],
    permissions: PermissionFlagsBits.ManageGuild,
    defer: 'ephemeral',
    coolDownMs: 0,
  },
  data: { type: ApplicationCommandType.ChatInput, ...named('settings'), ...described('settings') },
  async respond({ scene }, { store, seesContent }) {
    const all = await store.settings.all(checkedGuild(scene));
    const message = renderSettings({ page: { name: 'server' }, settings: all, seesContent }, scene.language);
    return { kind: 'say', message, visibility: 'ephemeral' };
  },
};

export const settingsControls: ButtonHandler = {
  action: ACTION,
  defer: 'update',
  async press({ scene, customId, values }, { store, seesContent }) {
    const guildId = checkedGuild(scene);
    const used = readControl(customId);
    if (!used) throw new SightlineError('unknown_command');
    const { page, guild, channel } = applySettings(await store.settings.all(guildId), used.page, { ...used, values });
    if (guild) await store.settings.setGuild(guildId, guild);
    if (channel) await store.settings.setChannel(guildId, channel.id, channel.settings);
    const now = await store.settings.all(guildId);
    return { kind: 'update', message: renderSettings({ page, settings: now, seesContent }, scene.language) };
  },
};
