/** Allow once, always in this server, no: what an author answers, to the bot's own wish and to somebody else's. */
import { ButtonStyle, ComponentType } from 'discord.js';
import type { Language } from '#store/settings.ts';
import { customId } from '../commands/command.ts';
import type { Row } from '../post/outgoing.ts';
import { say } from '../words.ts';

export function consentRow(language: Language, action: 'alt' | 'may', subject: string): Row {
  const button = (answer: 'once' | 'always' | 'no') => ({
    type: ComponentType.Button as const,
    style: answer === 'no' ? (ButtonStyle.Secondary as const) : (ButtonStyle.Success as const),
    label: say(language, `alt.${answer}`),
    custom_id: customId(action, answer, subject),
  });
  return { type: ComponentType.ActionRow, components: [button('once'), button('always'), button('no')] };
}
