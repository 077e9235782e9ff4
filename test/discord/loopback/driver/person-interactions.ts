/** What a person does with the app: commands, menus, buttons, selects, modals, autocomplete; each gives the interaction to wait on. */
import {
  type APIModalInteractionResponseCallbackData,
  ApplicationCommandType,
  ComponentType,
  InteractionType,
} from 'discord-api-types/v10';
import { apiMessage } from '../shapes/message.ts';
import { apiMember, apiUser } from '../shapes/user.ts';
import { ask, isFailed, ownersOf } from '../world/interactions.ts';
import type { ChannelRecord, InteractionRecord, MessageRecord, UserRecord } from '../world/records.ts';
import { the, type World } from '../world/world.ts';
import { fillOptions, type OptionValues } from './command-options.ts';
import { offered } from './commands-seen.ts';
import { findPressable, pressables } from './components-seen.ts';
import { kindOf, type Resolved, resolveId } from './resolved.ts';
import { until } from './waiting.ts';

export interface InteractionVerbs {
  /** `'/ask'`, `'/settings alt-text'`, or its name in the person's language. */
  runs(channel: ChannelRecord, command: string, values?: OptionValues): Promise<InteractionRecord>;
  /** Types into an option and waits for the choices offered. */
  types(
    channel: ChannelRecord,
    command: string,
    values: OptionValues,
    focused: string,
  ): Promise<NonNullable<InteractionRecord['choices']>>;
  /** The app's entry in the menu of a message. */
  usesMenu(message: MessageRecord, name: string): Promise<InteractionRecord>;
  /** The app's entry in the menu of a person. */
  usesUserMenu(channel: ChannelRecord, targetId: string, name: string): Promise<InteractionRecord>;
  /** By label, emoji or custom id. */
  presses(message: MessageRecord, button: string): Promise<InteractionRecord>;
  /** By placeholder or custom id; values by label or value; ids for user, role and channel selects. */
  selects(message: MessageRecord, select: string, values: readonly string[]): Promise<InteractionRecord>;
  /** Waits for the modal this interaction was answered with. */
  seesModal(interaction: InteractionRecord): Promise<APIModalInteractionResponseCallbackData>;
  /** Fills the modal by label or custom id and sends it. */
  submits(interaction: InteractionRecord, values: Readonly<Record<string, string>>): Promise<InteractionRecord>;
}

interface ModalInput {
  readonly type: number;
  readonly custom_id: string;
  readonly label: string;
  readonly value?: string;
  readonly required?: boolean;
  readonly min_length?: number;
  readonly max_length?: number;
  readonly holder: 'row' | 'label';
}

/** Inputs under their labels, old rows and new labels alike. */
function modalInputs(modal: APIModalInteractionResponseCallbackData): ModalInput[] {
  return (modal.components as unknown as Record<string, unknown>[]).flatMap((holder) => {
    const labelled = holder.component as object | undefined;
    if (labelled) return [{ ...labelled, label: holder.label, holder: 'label' } as unknown as ModalInput];
    return pressables((holder.components as unknown[]) ?? []).map(
      (input) => ({ ...input, holder: 'row' }) as ModalInput,
    );
  });
}

function filledIn(input: ModalInput, values: Readonly<Record<string, string>>): string {
  const value = values[input.label] ?? values[input.custom_id] ?? input.value ?? '';
  const min =
    input.required === false && value === '' ? 0 : Math.max(input.min_length ?? 0, input.required === false ? 0 : 1);
  if (value.length < min || value.length > (input.max_length ?? 4000)) {
    throw new Error(
      `The client refuses "${input.label}": Expected ${min} to ${input.max_length ?? 4000} characters, got ${value.length}`,
    );
  }
  return value;
}

export function createInteractionVerbs(world: World, user: UserRecord): InteractionVerbs {
  const channelOf = (message: MessageRecord) => the(world.channels.get(message.channelId), 'channel');

  /** A component goes by the installations of the interaction that made its message. */
  function useComponent(message: MessageRecord, data: object): InteractionRecord {
    const parent = message.interactionId === null ? undefined : world.interactions.get(message.interactionId);
    const channel = channelOf(message);
    return ask(world, {
      type: InteractionType.MessageComponent,
      user,
      channel,
      data,
      commandName: null,
      message,
      owners: parent?.payload.authorizing_integration_owners ?? ownersOf(world, user, channel),
    });
  }

  async function useCommand(channel: ChannelRecord, text: string, values: OptionValues, focused?: string) {
    const [name = '', ...words] = text.replace(/^\//, '').split(' ');
    const { command, owners } = offered(world, user, channel, name, ApplicationCommandType.ChatInput);
    const { options, resolved } = await fillOptions(world, command, words, values, { user, channel, focused });
    return ask(world, {
      type: focused === undefined ? InteractionType.ApplicationCommand : InteractionType.ApplicationCommandAutocomplete,
      user,
      channel,
      data: {
        id: command.id,
        name: command.name,
        type: command.type,
        ...(options.length > 0 ? { options } : {}),
        ...(Object.keys(resolved).length > 0 ? { resolved } : {}),
        ...(command.guild_id ? { guild_id: command.guild_id } : {}),
      },
      commandName: text,
      message: null,
      owners,
    });
  }

  function useMenu(
    channel: ChannelRecord,
    name: string,
    type: ApplicationCommandType,
    targetId: string,
    resolved: object,
  ) {
    const { command, owners } = offered(world, user, channel, name, type);
    const data = { id: command.id, name: command.name, type, target_id: targetId, resolved };
    return ask(world, {
      type: InteractionType.ApplicationCommand,
      user,
      channel,
      data,
      commandName: name,
      message: null,
      owners,
    });
  }

  async function modalOf(interaction: InteractionRecord) {
    return await until(
      world,
      () => {
        if (isFailed(world, interaction)) throw new Error('The application did not respond');
        return interaction.modal;
      },
      { otherwise: () => `${user.name} waited for a modal in vain` },
    );
  }

  return {
    runs: async (channel, command, values = {}) => await useCommand(channel, command, values),
    types: async (channel, command, values, focused) => {
      const interaction = await useCommand(channel, command, values, focused);
      return await until(world, () => interaction.choices, {
        otherwise: () => `${user.name} was offered no choices for ${focused}`,
      });
    },
    usesMenu: async (message, name) => {
      const resolved = { messages: { [message.id]: apiMessage(world, message, { messageContent: true }) } };
      return useMenu(channelOf(message), name, ApplicationCommandType.Message, message.id, resolved);
    },
    usesUserMenu: async (channel, targetId, name) => {
      const guild = world.guilds.get(channel.guildId ?? '');
      const members = guild?.members.has(targetId) ? { members: { [targetId]: apiMember(guild, targetId) } } : {};
      const resolved = { users: { [targetId]: apiUser(the(world.users.get(targetId), 'user')) }, ...members };
      return useMenu(channel, name, ApplicationCommandType.User, targetId, resolved);
    },
    presses: async (message, button) => {
      const { custom_id } = findPressable(message, button, false);
      return useComponent(message, { custom_id, component_type: ComponentType.Button });
    },
    selects: async (message, select, values) => {
      const { custom_id, type, options, min_values = 1, max_values = 1 } = findPressable(message, select, true);
      if (values.length < min_values || values.length > max_values) {
        throw new Error(`The client lets one choose ${min_values} to ${max_values}, got ${values.length}`);
      }
      const picked = values.map((value) => {
        const option = options?.find((one) => one.value === value || one.label === value);
        if (options && !option) throw new Error(`The client offers no ${value}`);
        return option?.value ?? value;
      });
      const resolved: Resolved = {};
      const kind = kindOf('select', type);
      for (const id of kind ? picked : [])
        if (kind) resolveId(world, resolved, kind, id, { user, channel: channelOf(message) });
      return useComponent(message, { custom_id, component_type: type, values: picked, ...(kind ? { resolved } : {}) });
    },
    seesModal: modalOf,
    submits: async (interaction, values) => {
      const modal = await modalOf(interaction);
      const unknown = Object.keys(values).find(
        (key) => !modalInputs(modal).some((one) => [one.label, one.custom_id].includes(key)),
      );
      if (unknown) throw new Error(`The modal has no "${unknown}"`);
      const components = modalInputs(modal).map((input) => {
        const { type, custom_id, holder } = input;
        const chosen =
          type === ComponentType.TextInput ? { value: filledIn(input, values) } : { values: [filledIn(input, values)] };
        const filled = { type, custom_id, ...chosen };
        return holder === 'label'
          ? { type: ComponentType.Label, component: filled }
          : { type: ComponentType.ActionRow, components: [filled] };
      });
      const message = world.messages.get(interaction.channelId)?.get(interaction.messageId ?? '') ?? null;
      return ask(world, {
        type: InteractionType.ModalSubmit,
        user,
        channel: the(world.channels.get(interaction.channelId), 'channel'),
        data: { custom_id: modal.custom_id, components },
        commandName: interaction.commandName,
        message,
        owners: interaction.payload.authorizing_integration_owners,
      });
    },
  };
}
