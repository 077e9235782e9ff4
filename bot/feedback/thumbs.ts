/**
 * 👍 and 👎 under an answer. The first time somebody presses one they are asked whether it may be kept, with all that would be; the
 * store keeps nothing without their yes.
 */
import { ButtonStyle, ComponentType } from 'discord.js';
import { SightlineError } from '#core/errors.ts';
import { type ButtonHandler, customId, type Response, wordsOf } from '../commands/command.ts';
import type { ComponentInput } from '../discord/interaction.ts';
import type { BotParts } from '../parts.ts';
import type { Outgoing } from '../post/outgoing.ts';
import { type Key, say } from '../words.ts';

type Vote = 'up' | 'down';

const reply = (input: ComponentInput, key: Key): Response => ({
  kind: 'say',
  message: { content: say(input.scene.language, key) },
  visibility: 'ephemeral',
});

function question({ scene: { language } }: ComponentInput, vote: Vote, requestId: string): Outgoing {
  const button = (label: Key, style: ButtonStyle.Success | ButtonStyle.Secondary, answer: string) => ({
    type: ComponentType.Button as const,
    style,
    label: say(language, label),
    custom_id: customId('thumb', answer, vote, requestId),
  });
  return {
    content: say(language, 'feedback.question'),
    rows: [
      {
        type: ComponentType.ActionRow,
        components: [
          button('feedback.yes', ButtonStyle.Success, 'yes'),
          button('feedback.no', ButtonStyle.Secondary, 'no'),
        ],
      },
    ],
  };
}

/** @throws SightlineError `too_old` */
async function keep(
  input: ComponentInput,
  { memory, store, now }: BotParts,
  vote: Vote,
  requestId: string,
): Promise<Key> {
  const ask = await memory.ask(requestId);
  if (ask?.answer === undefined || !ask.answeredBy) throw new SightlineError('too_old');
  const { userId, guildId = null } = input.scene;
  const { task, question: asked } = ask.plan;
  const said = { task, question: asked, answer: ask.answer, ...ask.answeredBy };
  const kept = await store.feedback.keep({ userId, requestId, guildId, vote, ...said, givenAt: now() });
  return kept ? 'feedback.kept' : 'feedback.not_here';
}

const thumb = (vote: Vote): ButtonHandler => ({
  action: vote,
  defer: 'ephemeral',
  async press(input, parts) {
    const [, requestId = ''] = wordsOf(input.customId);
    const { feedback } = await parts.store.people.choices(input.scene.userId);
    if (feedback === 'no') return reply(input, 'feedback.refused');
    if (feedback === 'yes') return reply(input, await keep(input, parts, vote, requestId));
    return { kind: 'say', message: question(input, vote, requestId), visibility: 'ephemeral' };
  },
});

export const thumbUp = thumb('up');
export const thumbDown = thumb('down');

/** The answer to that question, which only who was asked sees. */
export const thumbConsent: ButtonHandler = {
  action: 'thumb',
  defer: 'update',
  async press(input, parts) {
    const [, answer, vote, requestId = ''] = wordsOf(input.customId);
    const { userId, language } = input.scene;
    const feedback = answer === 'yes' ? 'yes' : 'no';
    await parts.store.people.choose(userId, { ...(await parts.store.people.choices(userId)), feedback });
    const key =
      feedback === 'yes' ? await keep(input, parts, vote === 'up' ? 'up' : 'down', requestId) : 'feedback.refused';
    return { kind: 'update', message: { content: say(language, key) } };
  },
};
