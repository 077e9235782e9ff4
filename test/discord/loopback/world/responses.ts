/** The messages that answer an interaction: the reply, its deferral, follow-ups; and which of them only one person sees. */
import {
  AllowedMentionsTypes,
  type APIAllowedMentions,
  ApplicationCommandType,
  InteractionType,
  MessageFlags,
  MessageReferenceType,
  MessageType,
} from 'discord-api-types/v10';
import { createMessage, type MessageDraft } from './messages.ts';
import type { InteractionRecord, MessageRecord, ReferenceRecord } from './records.ts';
import type { World } from './world.ts';

/** Unlike elsewhere, an interaction's answer mentions only users unless told otherwise. */
export const DEFAULT_MENTIONS: APIAllowedMentions = { parse: [AllowedMentionsTypes.User] };

const SENDABLE =
  MessageFlags.SuppressEmbeds |
  MessageFlags.IsVoiceMessage |
  MessageFlags.SuppressNotifications |
  MessageFlags.IsComponentsV2;

function placeOf(
  world: World,
  interaction: InteractionRecord,
): { type: MessageType; reference: ReferenceRecord | null } {
  const { payload, channelId } = interaction;
  const to = (messageId: string): ReferenceRecord => ({ type: MessageReferenceType.Default, messageId, channelId });
  if (interaction.originalId !== null) return { type: MessageType.Reply, reference: to(interaction.originalId) };
  if (payload.type === InteractionType.ApplicationCommand) {
    const { data } = payload;
    if (data.type === ApplicationCommandType.ChatInput) return { type: MessageType.ChatInputCommand, reference: null };
    const target =
      'target_id' in data && world.messages.get(channelId)?.has(data.target_id) ? to(data.target_id) : null;
    return { type: MessageType.ContextMenuCommand, reference: target };
  }
  const { messageId } = interaction;
  return messageId === null
    ? { type: MessageType.ChatInputCommand, reference: null }
    : { type: MessageType.Reply, reference: to(messageId) };
}

/** Makes the reply or a follow-up; `flags` are what the app asked for, EPHEMERAL among them. */
export function respond(
  world: World,
  interaction: InteractionRecord,
  parts: Partial<MessageDraft>,
  flags: number,
): MessageRecord {
  const ephemeral = interaction.forcedEphemeral || (flags & MessageFlags.Ephemeral) !== 0;
  return createMessage(world, {
    content: '',
    ...parts,
    ...placeOf(world, interaction),
    channelId: interaction.channelId,
    authorId: world.bot.id,
    interactionId: interaction.id,
    ephemeralTo: ephemeral ? interaction.userId : null,
    flags: flags & (SENDABLE | MessageFlags.Loading),
    allowedMentions: parts.allowedMentions ?? DEFAULT_MENTIONS,
  });
}
