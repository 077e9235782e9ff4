/** The author's own answer to "May I describe your picture?": once, always in this server, or no. */

import { ButtonStyle, ComponentType } from 'discord.js';
import { SightlineError } from '#core/errors.ts';
import type { Language } from '#store/settings.ts';
import { type ButtonHandler, customId, wordsOf } from '../commands/command.ts';
import type { Outgoing } from '../post/outgoing.ts';
import { say } from '../words.ts';
import { happened } from './driver.ts';

export const authorButtons: ButtonHandler = {
  action: 'alt',
  defer: 'ephemeral',
  async press({ customId: id, scene: { userId, language } }, parts) {
    const [, answer, messageId = ''] = wordsOf(id);
    const note = await parts.notes.of(messageId);
    if (note?.stage !== 'asking') throw new SightlineError('too_old');
    if (note.authorId !== userId) throw new SightlineError('authors_only');
    if (answer === 'no') {
      await happened(parts, messageId, { kind: 'refused' });
      return { kind: 'say', message: renderRefused(language), visibility: 'ephemeral' };
    }
    if (answer === 'always') await parts.store.people.permit(userId, note.guildId, parts.now());
    await happened(parts, messageId, { kind: 'allowed' });
    const content = say(language, answer === 'always' ? 'alt.thanks_always' : 'alt.thanks');
    return { kind: 'say', message: { content }, visibility: 'ephemeral' };
  },
};

/** With a way not to be asked again. */
export const renderRefused = (language: Language): Outgoing => ({
  content: say(language, 'alt.refused'),
  rows: [
    {
      type: ComponentType.ActionRow,
      components: [
        {
          type: ComponentType.Button,
          style: ButtonStyle.Secondary,
          label: say(language, 'alt.never'),
          custom_id: customId('privacy', 'never'),
        },
      ],
    },
  ],
});
