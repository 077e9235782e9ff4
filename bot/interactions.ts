/**
 * From an interaction to its first response, within Discord's 3 s whatever the rest takes: what is quick is answered at once, the
 * rest is deferred as its policy says and answered later. Every way ends in one visible reply.
 */
import { InteractionResponseType as Respond } from 'discord.js';
import { asSightlineError, SightlineError } from '#core/errors.ts';
import { admit, enqueue, languageHere } from './asking.ts';
import type { ButtonHandler, Command, FormHandler, Response, Visibility } from './commands/command.ts';
import { wordsOf } from './commands/command.ts';
import { heldForAuthor } from './consent/held.ts';
import { type Input, type ReadInteraction, readInteraction } from './discord/interaction.ts';
import type { BotParts } from './parts.ts';
import type { AskPlan } from './plan.ts';
import { createResponses, type Responses } from './post/responses.ts';
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
    const responses = createResponses(parts, read);
    const { language } = read.input.scene;
    try {
      const handling = handlingOf(read.input);
      if (!handling) throw new SightlineError('unknown_command');
      await handle(parts, read, handling, responses);
    } catch (thrown) {
      const error = asSightlineError(thrown);
      if (error.code === 'internal')
        parts.log.error({ error: thrown, input: nameOf(read.input) }, 'an interaction failed');
      await responses.say({ content: sentenceOf(language, error) }, 'ephemeral');
    }
  };
}

const nameOf = (input: Input): string => (input.kind === 'command' ? input.name : wordsOf(input.customId)[0]);

async function handle(
  parts: BotParts,
  { input, token }: ReadInteraction,
  handling: Handling,
  responses: Responses,
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
  const { channelId, guildId, userId, member } = scene;
  const leave = () => parts.admission.leave({ requestId, userId, guildId }).catch(() => {});
  const begin = async (visibility: Visibility, plan: AskPlan, priority: number) => {
    const language = visibility === 'public' ? languageHere(settings, scene.language) : scene.language;
    const whom = { channelId, guildId, askerId: userId, language };
    await parts.memory.putToken(requestId, token);
    await enqueue(
      parts,
      {
        requestId,
        plan,
        scene: { ...scene, language },
        address: { kind: 'interaction', ...whom, visibility, member },
      },
      priority,
    );
  };
  const late = setTimeout(() => responses.defer(handling.defer).catch(() => {}), AT_ONCE_MS);
  const { response, priority, settings } = await work.finally(() => clearTimeout(late));
  switch (response.kind) {
    case 'ask': {
      // Let in before: this is the same event once more.
      if (priority === undefined) return;
      const how = response.visibility ?? (handling.defer === 'update' ? 'public' : handling.defer);
      try {
        const visibility = await responses.defer(how);
        if (visibility !== 'gone') return await begin(visibility, response.plan, priority);
      } catch (error) {
        await leave();
        throw error;
      }
      return leave();
    }
    case 'say':
      return responses.say(response.message, response.visibility);
    case 'update':
      return responses.update(response.message);
    case 'form':
      return responses.respond(Respond.Modal, response.form);
    case 'remove':
      return responses.remove();
    case 'nothing':
      await responses.defer('update');
  }
}
