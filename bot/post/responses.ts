/**
 * The responses to one interaction: the first through its callback, what follows through its webhook. Which is which is decided
 * here, so that whoever has something to say need not know whether it was deferred meanwhile.
 */
import { InteractionResponseType as Respond, Routes } from 'discord.js';
import type { Visibility } from '../commands/command.ts';
import type { ReadInteraction } from '../discord/interaction.ts';
import { refusalOf } from '../discord/rest.ts';
import type { BotParts } from '../parts.ts';
import { bodyOf, type Outgoing } from './outgoing.ts';

const EPHEMERAL = 1 << 6;

export type Responses = ReturnType<typeof createResponses>;

export function createResponses(
  { rest, botId, log }: Pick<BotParts, 'rest' | 'botId' | 'log'>,
  { input, token }: ReadInteraction,
) {
  const { id } = input.scene;
  const original = Routes.webhookMessage(botId, token);
  /** How it was first responded to, once that is under way. */
  let first: Promise<'update' | Visibility | 'gone'> | undefined;

  const respond = async (type: Respond, data?: unknown, files: Outgoing['files'] = []): Promise<boolean> => {
    try {
      await rest.post(Routes.interactionCallback(id, token), {
        body: { type, ...(data === undefined ? {} : { data }) },
        auth: false,
        files,
      });
      return true;
    } catch (error) {
      const refusal = refusalOf(error);
      // A first try got through and its reply was lost.
      if (refusal === 'acknowledged') return true;
      if (refusal === undefined) throw error;
      log.warn({ refusal, kind: input.kind }, 'an interaction was over before it was responded to');
      return false;
    }
  };
  const editOriginal = async (message: Outgoing) => {
    await rest.patch(original, { body: bodyOf(message), auth: false, files: message.files ?? [] });
  };

  const followUp = async (message: Outgoing, visibility: Visibility) => {
    const body = bodyOf(message, { ephemeral: visibility === 'ephemeral' });
    await rest.post(Routes.webhook(botId, token), { body, auth: false, files: message.files ?? [], once: true });
  };

  const defer = async (how: 'update' | Visibility): Promise<Visibility | 'gone'> => {
    first ??= (async () => {
      const sent =
        how === 'update'
          ? await respond(Respond.DeferredMessageUpdate)
          : await respond(Respond.DeferredChannelMessageWithSource, { flags: how === 'ephemeral' ? EPHEMERAL : 0 });
      return sent ? how : 'gone';
    })();
    const was = await first;
    return was === 'update' ? 'public' : was;
  };

  return {
    defer,
    async respond(type: Respond, data: unknown): Promise<void> {
      first ??= respond(type, data).then((sent) => (sent ? 'ephemeral' : 'gone'));
      await first;
    },
    async say(message: Outgoing, visibility: Visibility): Promise<void> {
      if (first) {
        const was = await first;
        if (was === 'public' || was === 'ephemeral') return editOriginal(message);
        // The message that the component stands under stays as it is.
        if (was === 'update') await followUp(message, visibility);
        return;
      }
      const body = bodyOf(message, { ephemeral: visibility === 'ephemeral' });
      first = respond(Respond.ChannelMessageWithSource, body, message.files).then((sent) =>
        sent ? visibility : 'gone',
      );
      await first;
    },
    async update(message: Outgoing): Promise<void> {
      if (first) return editOriginal(message);
      first = respond(Respond.UpdateMessage, bodyOf(message), message.files).then((sent) => (sent ? 'update' : 'gone'));
      await first;
    },
    async remove(): Promise<void> {
      if ((await defer('update')) === 'gone') return;
      await rest.delete(original, { auth: false }).catch((error: unknown) => {
        // Removed already: by another press, or by a moderator.
        if (refusalOf(error) !== 'message_gone') throw error;
      });
    },
  };
}
