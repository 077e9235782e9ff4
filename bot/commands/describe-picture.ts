/** The message menu "Describe picture": alt text of a message's pictures, for the one who asked alone. */
import { ApplicationCommandType } from 'discord.js';
import { chosen } from '../plan.ts';
import { askCommand } from './ask-command.ts';
import { named } from './describe.ts';
import { ASKING_QUIETLY } from './policies.ts';
import { targetOwner, targetPictures } from './target.ts';

export const describePicture = askCommand({
  use: 'alt',
  policy: ASKING_QUIETLY,
  data: { type: ApplicationCommandType.Message, ...named('describe_picture') },
  plan: (input, _settings, places) => ({
    ...chosen(targetPictures(input, places)),
    ...targetOwner(input),
    task: 'alt-text',
    question: '',
    showing: 'alt',
    detail: 'short',
    conversation: [],
  }),
});
