/** What `/privacy` shows: what is kept of a person with the switches for it, their export as a file, and the question before deleting. */
import { ButtonStyle, ComponentType } from 'discord.js';
import type { Choices } from '#store/people.ts';
import type { PersonExport } from '#store/privacy.ts';
import type { Language } from '#store/settings.ts';
import { customId } from '../commands/command.ts';
import type { Outgoing, Row } from '../post/outgoing.ts';
import { say } from '../words.ts';
import type { LatelyAsked } from './lately.ts';

export const ACTION = 'privacy';
export type Switch = 'auto-alt' | 'ask-me' | 'feedback' | 'withdraw';

const button = (label: string, style: ButtonStyle.Secondary | ButtonStyle.Success | ButtonStyle.Danger, id: string) =>
  ({ type: ComponentType.Button, style, label, custom_id: id }) as const;
const row = (...components: ReturnType<typeof button>[]): Row => ({ type: ComponentType.ActionRow, components });

export function renderChoices(
  { choices, permissions, feedback, autoAltPosts }: PersonExport,
  language: Language,
): Outgoing {
  const counts = { votes: feedback.length, posts: autoAltPosts.length, servers: permissions.length };
  const toggle = (name: Switch, label: string, on: boolean) =>
    button(label, on ? ButtonStyle.Success : ButtonStyle.Secondary, customId(ACTION, name));
  const { noAutoAlt, askMe } = choices;
  const keeps = choices.feedback === 'yes';
  return {
    content: [
      say(language, 'privacy.about'),
      say(language, 'privacy.kept', counts),
      say(language, 'privacy.short'),
      say(language, 'privacy.more'),
    ].join('\n'),
    rows: [
      row(
        toggle('auto-alt', say(language, noAutoAlt ? 'privacy.auto_alt_no' : 'privacy.auto_alt_yes'), !noAutoAlt),
        toggle('ask-me', say(language, askMe ? 'privacy.ask_me_yes' : 'privacy.ask_me_no'), askMe),
      ),
      row(
        toggle('feedback', say(language, keeps ? 'privacy.feedback_yes' : 'privacy.feedback_no'), keeps),
        ...(permissions.length > 0
          ? [button(say(language, 'privacy.withdraw', counts), ButtonStyle.Danger, customId(ACTION, 'withdraw'))]
          : []),
      ),
    ],
  };
}

/** What a switch makes of the choices. */
export function switched(choices: Choices, name: Exclude<Switch, 'withdraw'>): Choices {
  if (name === 'auto-alt') return { ...choices, noAutoAlt: !choices.noAutoAlt };
  if (name === 'ask-me') return { ...choices, askMe: !choices.askMe };
  return { ...choices, feedback: choices.feedback === 'yes' ? 'no' : 'yes' };
}

interface Exported {
  readonly kept: PersonExport;
  readonly lately: readonly LatelyAsked[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export function renderExport({ kept, lately, now }: Exported, language: Language): Outgoing {
  const { userId, ...tables } = kept;
  const json = { exportedAt: new Date(now).toISOString(), userId, ...tables, askedWithinTheLastHour: lately };
  return {
    content: say(language, 'privacy.export'),
    files: [
      {
        name: 'sightline-privacy.json',
        type: 'application/json',
        bytes: new TextEncoder().encode(`${JSON.stringify(json, null, 2)}\n`),
        description: say(language, 'privacy.export_file'),
      },
    ],
  };
}

export const renderDeleteQuestion = (language: Language): Outgoing => ({
  content: say(language, 'privacy.delete_question'),
  rows: [
    row(
      button(say(language, 'privacy.delete_all'), ButtonStyle.Danger, customId(ACTION, 'delete', 'all')),
      button(
        say(language, 'privacy.delete_but_choices'),
        ButtonStyle.Danger,
        customId(ACTION, 'delete', 'but-choices'),
      ),
      button(say(language, 'privacy.keep'), ButtonStyle.Secondary, customId(ACTION, 'keep')),
    ),
  ],
});
