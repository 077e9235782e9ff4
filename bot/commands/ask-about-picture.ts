/** The message menu "Ask about picture": a form for the question; its pictures are remembered until it is sent. */
import { ApplicationCommandType } from 'discord.js';
import { chosen } from '../plan.ts';
import { questionForm } from '../render/question-form.ts';
import { type Command, customId } from './command.ts';
import { named } from './describe.ts';
import { ASKING } from './policies.ts';
import { targetOwner, targetPictures } from './target.ts';

export const askAboutPicture: Command = {
  use: 'ask',
  policy: ASKING,
  data: { type: ApplicationCommandType.Message, ...named('ask_about_picture') },
  async respond(input, parts) {
    const { id, language, guildId, channelId } = input.scene;
    const messageId = input.target?.id;
    await parts.memory.putForm(id, {
      ...chosen(targetPictures(input, parts)),
      ...targetOwner(input),
      ...(messageId === undefined
        ? {}
        : { about: { ...(guildId === undefined ? {} : { guildId }), channelId, messageId } }),
    });
    return { kind: 'form', form: questionForm(language, customId('ask', id)) };
  },
};
