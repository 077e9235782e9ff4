/** The message menu "Read text": the lettering in a message's pictures, for the one who asked alone. */
import { ApplicationCommandType } from 'discord.js';
import { chosen } from '../plan.ts';
import { askCommand } from './ask-command.ts';
import { named } from './describe.ts';
import { ASKING_QUIETLY } from './policies.ts';
import { targetOwner, targetPictures } from './target.ts';

export const readText = askCommand({
  use: 'read',
  policy: ASKING_QUIETLY,
  data: { type: ApplicationCommandType.Message, ...named('read_text') },
  plan: (input, _settings, places) => ({
    ...chosen(targetPictures(input, places)),
    ...targetOwner(input),
    task: 'read',
    question: '',
    showing: 'read',
    conversation: [],
  }),
});
