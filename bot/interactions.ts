/**
 * From an interaction to its first response, within Discord's 3 s whatever the rest takes: what is quick is answered at once, the
 * rest is deferred as its policy says and answered later. Every way ends in one visible reply.
 */
import { InteractionResponseType as Respond, Routes } from 'discord.js';
import { asSightlineError, SightlineError } from '#core/errors.ts';
import { admit, enqueue, languageHere } from './asking.ts';
import type { ButtonHandler, Command, FormHandler, Response, Visibility } from './commands/command.ts';
import { wordsOf } from './commands/command.ts';
import { heldForAuthor } from './consent/held.ts';
import { type Input, type ReadInteraction, readInteraction } from './discord/interaction.ts';
import { refusalOf } from './discord/rest.ts';
import type { BotParts } from './parts.ts';
import { bodyOf, type Outgoing } from './post/outgoing.ts';
import { requestIdOf } from './request-id.ts';
import { sentenceOf } from './sentence.ts';
import { say } from './words.ts';

export interface Handlers {
  readonly commands: readonly Command[];
  readonly buttons: readonly ButtonHandler[];
  readonly forms: readonly FormHandler[];
}

/** What is found for an input: what it does, and what holds for it. */
interface Handling {
  readonly run: () => Response | Promise<Response>;
  readonly defer: 'update' | Visibility;
  readonly use: Command['use'];
  readonly coolDownMs: number;
}

/** A person sees a sign within a second (and Discord within three). */
const AT_ONCE_MS = 700;
const EPHEMERAL = 1 << 6;

export function createInteractionHandler(parts: BotParts, handlers: Handlers) {
  const commands = new Map(handlers.commands.map((command) => [command.data.name, command]));
  const buttons = new Map(handlers.buttons.map((button) => [button.action, button]));
  const forms = new Map(handlers.forms.map((form) => [form.action, form]));

  const handlingOf = (input: Input): Handling | undefined => {
    if (input.kind === 'command') {
      const command = commands.get(input.name);
      const { use, policy } = command ?? {};
      return command && policy && { run: () => command.respond(input, parts), ...policy, use };
    }
    const [action] = wordsOf(input.customId);
    // Under an answer one asks in the way of `/ask`.
    const shared = { use: 'ask', coolDownMs: 1_000 } as const;
    if (input.kind === 'component') {
      const button = buttons.get(action);
      return button && { run: () => button.press(input, parts), defer: button.defer, ...shared };
    }
    const form = forms.get(action);
    return form && { run: () => form.submit(input, parts), defer: form.defer, ...shared };
  };

  return async (raw: unknown): Promise<void> => {
    const read = readInteraction(raw);
    if (!read) return parts.log.warn('an interaction of an unknown kind was left alone');
    const conversation = createConversation(parts, read);
    const { language } = read.input.scene;
    try {
      const handling = handlingOf(read.input);
      if (!handling) throw new SightlineError('unknown_command');
      await handle(parts, read, handling, conversation);
    } catch (thrown) {
      const error = asSightlineError(thrown);
      if (error.code === 'internal')
        parts.log.error({ error: thrown, input: nameOf(read.input) }, 'an interaction failed');
      await conversation.say({ content: sentenceOf(language, error) }, 'ephemeral');
    }
  };
}

const nameOf = (input: Input): string => (input.kind === 'command' ? input.name : wordsOf(input.customId)[0]);

async function handle(
  parts: BotParts,
  { input, token }: ReadInteraction,
  handling: Handling,
  conversation: Conversation,
): Promise<void> {
  const requestId = requestIdOf('interaction', input.scene.id);
  const { scene } = input;
  const work = (async () => {
    const response = await handling.run();
    if (response.kind !== 'ask') return { response, priority: 0, settings: undefined };
    const { use = 'ask', coolDownMs } = handling;
    if (await heldForAuthor(parts, { requestId, plan: response.plan, scene, use })) {
      const message = { content: say(scene.language, 'alt.asked_author') };
      return { response: { kind: 'say', message, visibility: 'ephemeral' } as const, priority: 0, settings: undefined };
    }
    return { response, ...(await admit(parts, { requestId, plan: response.plan, scene, use, coolDownMs })) };
  })();
  // Whoever needs the reply next meets its failure there.
  const late = setTimeout(() => conversation.defer(handling.defer).catch(() => {}), AT_ONCE_MS);
  const { response, priority, settings } = await work.finally(() => clearTimeout(late));
  switch (response.kind) {
    case 'ask': {
      // Let in before: this is the same event once more.
      if (priority === undefined) return;
      const visibility = await conversation.defer(
        response.visibility ?? (handling.defer === 'update' ? 'public' : handling.defer),
      );
      if (visibility === 'gone') return;
      const { channelId, guildId, userId, member } = scene;
      const language = visibility === 'public' ? languageHere(settings, scene.language) : scene.language;
      const address = {
        kind: 'interaction',
        channelId,
        guildId,
        askerId: userId,
        language,
        visibility,
        member,
      } as const;
      await parts.memory.putToken(requestId, token);
      await enqueue(parts, { requestId, plan: response.plan, scene: { ...scene, language }, address }, priority);
      return;
    }
    case 'say':
      return conversation.say(response.message, response.visibility);
    case 'update':
      return conversation.update(response.message);
    case 'form':
      return conversation.respond(Respond.Modal, response.form);
    case 'remove':
      return conversation.remove();
    case 'nothing':
      await conversation.defer('update');
  }
}

type Conversation = ReturnType<typeof createConversation>;

/** One interaction's responses: the first through its callback, what follows through its webhook. */
function createConversation({ rest, botId, log }: BotParts, { input, token }: ReadInteraction) {
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
