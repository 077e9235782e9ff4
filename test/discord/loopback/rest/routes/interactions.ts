/** The first answer to an interaction: message, deferral, update, choices or modal; in time, and once. */
import {
  type APIInteractionResponse,
  InteractionType,
  MessageFlags,
  InteractionResponseType as Type,
} from 'discord-api-types/v10';
import { attach } from '../../cdn/files.ts';
import { type ComponentInput, checkModal } from '../../forms/component-form.ts';
import { createForm } from '../../forms/form.ts';
import { type MessageInput, messageParts, refuseEmpty } from '../../forms/message-form.ts';
import { apiMessage } from '../../shapes/message.ts';
import { isFailed } from '../../world/interactions.ts';
import { editMessage } from '../../world/messages.ts';
import type { InteractionRecord, MessageRecord } from '../../world/records.ts';
import { DEFAULT_MENTIONS, respond } from '../../world/responses.ts';
import { refuse } from '../refusal.ts';
import { type Call, done, ok, type Reply, type Route, route } from '../router.ts';

interface ResponseInput {
  type?: number;
  data?: MessageInput & {
    choices?: { name?: string; value?: string | number }[];
    custom_id?: string;
    title?: string;
    components?: ComponentInput[];
  };
}

function interactionOf({ world, params }: Call): InteractionRecord {
  const found = world.interactions.get(params.interaction ?? '');
  if (!found || found.token !== params.token) return refuse('unknownInteraction');
  if (found.ackedMs !== null) return refuse('alreadyAcknowledged');
  return isFailed(world, found) ? refuse('unknownInteraction') : found;
}

/** Which answers fit: updates need a message, choices an autocomplete, and no modal follows a modal. */
function checkType(interaction: InteractionRecord, type: number): void {
  const autocomplete = interaction.type === InteractionType.ApplicationCommandAutocomplete;
  const allowed: Partial<Record<number, boolean>> = {
    [Type.ChannelMessageWithSource]: !autocomplete,
    [Type.DeferredChannelMessageWithSource]: !autocomplete,
    [Type.DeferredMessageUpdate]: interaction.messageId !== null,
    [Type.UpdateMessage]: interaction.messageId !== null,
    [Type.ApplicationCommandAutocompleteResult]: autocomplete,
    [Type.Modal]: !autocomplete && interaction.type !== InteractionType.ModalSubmit,
  };
  if (allowed[type]) return;
  const choices = Object.keys(allowed).filter((key) => allowed[Number(key)]);
  const form = createForm();
  form.fail(['type'], 'BASE_TYPE_CHOICES', `Value must be one of {${choices.join(', ')}}.`);
  form.check();
}

function checkChoices(choices: { name?: string; value?: string | number }[] | undefined): void {
  const form = createForm();
  form.count(['data', 'choices'], choices, 0, 25);
  for (const [index, choice] of (choices ?? []).entries()) {
    form.text(['data', 'choices', index, 'name'], choice.name, 1, 100);
    if (typeof choice.value === 'string') form.text(['data', 'choices', index, 'value'], choice.value, 1, 100);
  }
  form.check();
}

function modalOf(data: NonNullable<ResponseInput['data']>): NonNullable<InteractionRecord['modal']> {
  const form = createForm();
  checkModal(form, data);
  form.check();
  return data as unknown as NonNullable<InteractionRecord['modal']>;
}

const onMessage = ({ world }: Call, interaction: InteractionRecord): MessageRecord =>
  world.messages.get(interaction.channelId)?.get(interaction.messageId ?? '') ?? refuse('unknownMessage');

/** Carries out one answer; the message it made or changed, if any. */
function carryOut(call: Call, interaction: InteractionRecord, type: number, data: NonNullable<ResponseInput['data']>) {
  const { world, files } = call;
  const store: Parameters<typeof messageParts>[3] = (file, meta) =>
    attach(world, interaction.channelId, file, {
      description: meta.description ?? null,
      ephemeral: ((data.flags ?? 0) & MessageFlags.Ephemeral) !== 0,
    });
  switch (type) {
    case Type.ChannelMessageWithSource: {
      refuseEmpty(data, files);
      return respond(world, interaction, messageParts(data, files, [], store), data.flags ?? 0);
    }
    case Type.DeferredChannelMessageWithSource:
      return respond(world, interaction, {}, ((data.flags ?? 0) & MessageFlags.Ephemeral) | MessageFlags.Loading);
    case Type.UpdateMessage: {
      const message = onMessage(call, interaction);
      const parts = messageParts(data, files, message.attachments, store);
      editMessage(world, message, { ...parts, allowedMentions: parts.allowedMentions ?? DEFAULT_MENTIONS });
      return message;
    }
    case Type.DeferredMessageUpdate:
      return onMessage(call, interaction);
    case Type.Modal:
      interaction.modal = modalOf(data);
      return null;
    default:
      checkChoices(data.choices);
      interaction.choices = (data.choices ?? []) as { name: string; value: string | number }[];
      return null;
  }
}

function answered(call: Call, interaction: InteractionRecord, type: number, message: MessageRecord | null): Reply {
  if (call.query.get('with_response') !== 'true') return done;
  const shows = message !== null && (type === Type.ChannelMessageWithSource || type === Type.UpdateMessage);
  const seen = message === null ? null : apiMessage(call.world, message, { messageContent: true });
  return ok({
    interaction: {
      id: interaction.id,
      type: interaction.type,
      ...(message === null
        ? {}
        : {
            response_message_id: message.id,
            response_message_loading: (message.flags & MessageFlags.Loading) !== 0,
            response_message_ephemeral: message.ephemeralTo !== null,
          }),
    },
    ...(shows || type === Type.DeferredChannelMessageWithSource ? { resource: { type, message: seen } } : {}),
  });
}

function respondFirst(call: Call): Reply {
  const { world } = call;
  const { type = 0, data = {} } = call.json as ResponseInput;
  const interaction = interactionOf(call);
  if (!world.channels.has(interaction.channelId)) refuse('unknownChannel');
  checkType(interaction, type);
  const message = carryOut(call, interaction, type, data);
  interaction.ackedMs = world.clock.nowMs();
  interaction.callbackType = type satisfies APIInteractionResponse['type'];
  interaction.originalId = message?.id ?? null;
  world.signals.emit('changed');
  return answered(call, interaction, type, message);
}

export const interactionRoutes: readonly Route[] = [
  route('POST', '/interactions/:interaction/:token/callback', respondFirst, { open: true }),
];
