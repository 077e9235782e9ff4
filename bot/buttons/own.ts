/** The buttons for the person who asked, and for moderators: calling an ask off, and taking an answer away. */
import { PermissionFlagsBits } from 'discord.js';
import { SightlineError } from '#core/errors.ts';
import { type ButtonHandler, wordsOf } from '../commands/command.ts';
import type { Scene } from '../discord/interaction.ts';

/** @throws SightlineError `not_yours` */
function checkOwn({ userId, guildId, permissions }: Scene, askerId: string | undefined): void {
  const moderator =
    guildId !== undefined &&
    (permissions & (PermissionFlagsBits.ManageMessages | PermissionFlagsBits.Administrator)) !== 0n;
  if (userId !== askerId && !moderator) throw new SightlineError('not_yours');
}

export const cancel: ButtonHandler = {
  action: 'cancel',
  defer: 'update',
  async press({ customId: id, scene }, { memory, queue }) {
    const [, requestId = ''] = wordsOf(id);
    const ask = await memory.ask(requestId);
    if (!ask) throw new SightlineError('too_old');
    checkOwn(scene, ask.askerId);
    // The answer queue tells that it is over, as it does of every end.
    await queue.cancel(requestId, 'cancelled');
    return { kind: 'nothing' };
  },
};

export const remove: ButtonHandler = {
  action: 'delete',
  defer: 'update',
  press({ customId: id, scene }) {
    const [, , askerId] = wordsOf(id);
    checkOwn(scene, askerId);
    return { kind: 'remove' };
  },
};
