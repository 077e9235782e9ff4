/** `/privacy`: what is kept of you, as a list with switches (show), as a file (export), or no more (delete). Only you read it. */
import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord.js';
import { SightlineError } from '#core/errors.ts';
import { type ButtonHandler, type Command, wordsOf } from '../commands/command.ts';
import { described, named } from '../commands/describe.ts';
import { EVERYWHERE } from '../commands/policies.ts';
import { say } from '../words.ts';
import { deletePerson } from './delete-person.ts';
import { ACTION, renderChoices, renderDeleteQuestion, renderExport, switched } from './render.ts';

const subcommand = (name: 'show' | 'export' | 'delete') => ({
  type: ApplicationCommandOptionType.Subcommand as const,
  ...named(name),
  ...described(`privacy_${name}`),
});

export const privacy: Command = {
  use: undefined,
  policy: { ...EVERYWHERE, defer: 'ephemeral', coolDownMs: 0 },
  data: {
    type: ApplicationCommandType.ChatInput,
    ...named('privacy'),
    ...described('privacy'),
    options: [subcommand('show'), subcommand('export'), subcommand('delete')],
  },
  async respond({ scene: { userId, language }, subcommand: chosen }, { store, lately, now }) {
    const visibility = 'ephemeral';
    if (chosen === 'delete') return { kind: 'say', message: renderDeleteQuestion(language), visibility };
    const kept = await store.privacy.exportUser(userId);
    if (chosen !== 'export') return { kind: 'say', message: renderChoices(kept, language), visibility };
    const exported = { kept, lately: await lately.asksOf(userId), now: now() };
    return { kind: 'say', message: renderExport(exported, language), visibility };
  },
};

export const privacyButtons: ButtonHandler = {
  action: ACTION,
  defer: 'update',
  async press({ customId, scene: { userId, language } }, parts) {
    const { store } = parts;
    const [, what, how] = wordsOf(customId);
    switch (what) {
      case 'auto-alt':
      case 'ask-me':
      case 'feedback':
        await store.people.choose(userId, switched(await store.people.choices(userId), what));
        break;
      case 'withdraw':
        await store.people.withdraw(userId);
        break;
      case 'never':
        await store.people.choose(userId, { ...(await store.people.choices(userId)), noAutoAlt: true });
        return { kind: 'update', message: { content: say(language, 'privacy.never') } };
      case 'delete':
        await deletePerson(parts, userId, { keepChoices: how === 'but-choices' });
        return { kind: 'update', message: { content: say(language, 'privacy.deleted') } };
      case 'keep':
        return { kind: 'update', message: { content: say(language, 'privacy.nothing_deleted') } };
      default:
        throw new SightlineError('unknown_command');
    }
    return { kind: 'update', message: renderChoices(await store.privacy.exportUser(userId), language) };
  },
};
