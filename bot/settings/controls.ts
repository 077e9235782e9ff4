/** The controls of the settings panel: each shows what is set, and names itself and its page. */
import { ButtonStyle, ChannelType, ComponentType, SelectMenuDefaultValueType } from 'discord.js';
import type { Row } from '../post/outgoing.ts';
import { type Control, controlId, type Page } from './page.ts';

interface Choice {
  readonly value: string;
  readonly label: string;
}

export const select = (
  page: Page,
  control: Control,
  { choices, chosen, placeholder }: { choices: readonly Choice[]; chosen: string | undefined; placeholder: string },
): Row => ({
  type: ComponentType.ActionRow,
  components: [
    {
      type: ComponentType.StringSelect,
      custom_id: controlId(control, page),
      placeholder,
      options: choices.map(({ value, label }) => ({ value, label, default: value === chosen })),
    },
  ],
});

/** Threads have their channel's settings, so they cannot be chosen. */
const CHANNELS = [ChannelType.GuildText, ChannelType.GuildAnnouncement, ChannelType.GuildForum, ChannelType.GuildVoice];
/** A select of Discord's holds so many. */
const MOST = 25;

export const channelSelect = (
  page: Page,
  control: Control,
  { chosen, placeholder, many }: { chosen: readonly string[]; placeholder: string; many: boolean },
): Row => ({
  type: ComponentType.ActionRow,
  components: [
    {
      type: ComponentType.ChannelSelect,
      custom_id: controlId(control, page),
      placeholder,
      channel_types: CHANNELS,
      min_values: many ? 0 : 1,
      max_values: many ? MOST : 1,
      default_values: chosen.map((id) => ({ id, type: SelectMenuDefaultValueType.Channel })),
    },
  ],
});

export const roleSelect = (
  page: Page,
  control: Control,
  { chosen, placeholder }: { chosen: readonly string[]; placeholder: string },
): Row => ({
  type: ComponentType.ActionRow,
  components: [
    {
      type: ComponentType.RoleSelect,
      custom_id: controlId(control, page),
      placeholder,
      min_values: 0,
      max_values: MOST,
      default_values: chosen.map((id) => ({ id, type: SelectMenuDefaultValueType.Role })),
    },
  ],
});

/** Buttons that say what is set; pressing changes it. */
export const buttons = (
  page: Page,
  all: readonly { readonly control: Control; readonly label: string; readonly on?: boolean }[],
): Row => ({
  type: ComponentType.ActionRow,
  components: all.map(({ control, label, on = false }) => ({
    type: ComponentType.Button,
    style: on ? ButtonStyle.Success : ButtonStyle.Secondary,
    label,
    custom_id: controlId(control, page),
  })),
});
