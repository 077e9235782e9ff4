/** After the first answer: `@original` and follow-ups, by the interaction's token, for 15 minutes. */
import { ApplicationIntegrationType, InteractionResponseType, MessageFlags } from 'discord-api-types/v10';
import { attach } from '../../cdn/files.ts';
import { type MessageInput, messageParts, refuseEmptied, refuseEmpty } from '../../forms/message-form.ts';
import { apiMessage } from '../../shapes/message.ts';
import { byToken, isExpired } from '../../world/interactions.ts';
import { deleteMessages, editMessage } from '../../world/messages.ts';
import type { InteractionRecord, MessageRecord } from '../../world/records.ts';
import { DEFAULT_MENTIONS, respond } from '../../world/responses.ts';
import { the } from '../../world/world.ts';
import { refuseArchived } from '../access.ts';
import { refuse } from '../refusal.ts';
import { type Call, done, ok, type Reply, type Route, route } from '../router.ts';

const MAX_USER_INSTALL_FOLLOW_UPS = 5;
const ALL_SEEN = { messageContent: true };

/** Unknown or outlived: 50027; not answered yet: there is no webhook (10015). */
function interactionOf({ world, params }: Call): InteractionRecord {
  if (params.application !== world.application.id) return refuse('unknownWebhook');
  const found = byToken(world, params.token ?? '');
  if (!found || isExpired(world, found)) return refuse('invalidWebhookToken');
  if (found.ackedMs === null) return refuse('unknownWebhook');
  return found;
}

/** Its own messages only: the original, follow-ups, and the message a component stands on as `@original`. */
function messageOf(call: Call, interaction: InteractionRecord): MessageRecord {
  const { world, params } = call;
  const id = params.message === '@original' ? interaction.originalId : params.message;
  const message = world.messages.get(interaction.channelId)?.get(id ?? '');
  const own = message?.interactionId === interaction.id || id === interaction.originalId;
  return message && own && !message.deleted ? message : refuse('unknownMessage');
}

function get(call: Call): Reply {
  return ok(apiMessage(call.world, messageOf(call, interactionOf(call)), ALL_SEEN));
}

function rewrite(call: Call, interaction: InteractionRecord, message: MessageRecord): Reply {
  const { world, files } = call;
  const input = call.json as MessageInput;
  refuseArchived(the(world.channels.get(interaction.channelId), 'channel'));
  const v2 = (message.flags | (input.flags ?? 0)) & MessageFlags.IsComponentsV2;
  const parts = messageParts({ ...input, flags: v2 }, files, message.attachments, (file, meta) =>
    attach(world, interaction.channelId, file, {
      description: meta.description ?? null,
      ephemeral: message.ephemeralTo !== null,
    }),
  );
  refuseEmptied(message, parts);
  editMessage(world, message, {
    ...parts,
    flags: message.flags | v2,
    allowedMentions: parts.allowedMentions ?? DEFAULT_MENTIONS,
  });
  return ok(apiMessage(world, message, ALL_SEEN));
}

function edit(call: Call): Reply {
  const interaction = interactionOf(call);
  return rewrite(call, interaction, messageOf(call, interaction));
}

function remove(call: Call): Reply {
  const message = messageOf(call, interactionOf(call));
  deleteMessages(call.world, the(call.world.channels.get(message.channelId), 'channel'), [message]);
  return done;
}

function followUp(call: Call): Reply {
  const { world, files } = call;
  const input = call.json as MessageInput;
  const interaction = interactionOf(call);
  if (!world.channels.has(interaction.channelId)) refuse('unknownChannel');
  const original = world.messages.get(interaction.channelId)?.get(interaction.originalId ?? '');
  const deferred = interaction.callbackType === InteractionResponseType.DeferredChannelMessageWithSource;
  // Directly after a deferral a follow-up fills the waiting reply, and cannot change who sees it.
  if (deferred && original && (original.flags & MessageFlags.Loading) !== 0)
    return rewrite(call, interaction, original);
  refuseEmpty(input, files);
  const userOnly = !(ApplicationIntegrationType.GuildInstall in interaction.payload.authorizing_integration_owners);
  if (userOnly && interaction.followUps >= MAX_USER_INSTALL_FOLLOW_UPS) refuse('tooManyFollowUps');
  const ephemeral = ((input.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
  const parts = messageParts(input, files, [], (file, meta) =>
    attach(world, interaction.channelId, file, { description: meta.description ?? null, ephemeral }),
  );
  interaction.followUps += 1;
  return ok(apiMessage(world, respond(world, interaction, parts, input.flags ?? 0), ALL_SEEN));
}

const WEBHOOK = '/webhooks/:application/:token';
/** As webhooks: five in two seconds. */
const FIVE_IN_TWO = { limit: { limit: 5, windowMs: 2000 }, open: true };

export const webhookRoutes: readonly Route[] = [
  route('POST', WEBHOOK, followUp, FIVE_IN_TWO),
  route('GET', `${WEBHOOK}/messages/:message`, get, FIVE_IN_TWO),
  route('PATCH', `${WEBHOOK}/messages/:message`, edit, FIVE_IN_TWO),
  route('DELETE', `${WEBHOOK}/messages/:message`, remove, FIVE_IN_TWO),
];
