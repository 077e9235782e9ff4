/** `/read`: the lettering in a picture, verbatim. */
import { ApplicationCommandType } from 'discord.js';
import { chosen } from '../plan.ts';
import { askCommand } from './ask-command.ts';
import { described, named } from './describe.ts';
import { givenPictures, pictureOption } from './picture-options.ts';
import { ASKING } from './policies.ts';

export const read = askCommand({
  use: 'read',
  policy: ASKING,
  data: {
    type: ApplicationCommandType.ChatInput,
    ...named('read'),
    ...described('read'),
    options: [pictureOption],
  },
  plan: (input) => ({
    ...chosen(givenPictures(input)),
    task: 'read',
    question: '',
    showing: 'read',
    conversation: [],
  }),
});
