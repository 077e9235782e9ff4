/** The author's answer to somebody else's wish: the held ask goes on in the asker's name, or ends with a word to them. */
import { SightlineError } from '#core/errors.ts';
import { admit, enqueue } from '../asking.ts';
import { type ButtonHandler, wordsOf } from '../commands/command.ts';
import { ALL_PERMISSIONS } from '../discord/interaction.ts';
import { renderRequestRefused } from './render.ts';

export const mayButtons: ButtonHandler = {
  action: 'may',
  defer: 'update',
  async press({ customId: id, scene }, parts) {
    const [, answer, requestId = ''] = wordsOf(id);
    const held = await parts.memory.held(requestId);
    if (!held?.plan.of) throw new SightlineError('too_old');
    if (held.authorId !== scene.userId) throw new SightlineError('authors_only');
    if (answer === 'no') {
      await parts.memory.dropHeld(requestId);
      const language = parts.surroundings.of(scene.channelId)?.language ?? scene.language;
      return { kind: 'update', message: renderRequestRefused(language, held.askerId) };
    }
    const { askerId, guildId, channelId, parentId, roleIds, language, use } = held;
    if (answer === 'always') await parts.store.people.permit(scene.userId, guildId, parts.now());
    const { of, ...asked } = held.plan;
    // Allowed for what is asked here, and for what follows from it.
    const plan = { ...asked, nameAsker: true, ...(asked.question === '' ? {} : { quoted: asked.question }) };
    const asker = {
      ...{ id: requestId, userId: askerId, guildId, channelId, parentId, roleIds, language },
      permissions: ALL_PERMISSIONS,
      appPermissions: BigInt(held.appPermissions),
      member: true,
    };
    const { priority } = await admit(parts, { requestId, plan, scene: asker, use, coolDownMs: 0 });
    if (priority !== undefined) {
      const { channelId: where, messageId } = of;
      const address = { kind: 'message', channelId: where, messageId, guildId, askerId, language } as const;
      await enqueue(parts, { requestId, plan, scene: asker, address }, priority);
    }
    await parts.memory.dropHeld(requestId);
    return { kind: 'remove' };
  },
};
