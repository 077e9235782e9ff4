/** `/alt`: alt text for a picture, short or long, ready to copy. */
import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord.js';
import { Detail } from '#core/ask.ts';
import { chosen } from '../plan.ts';
import { askCommand } from './ask-command.ts';
import { choice, described, named, option } from './describe.ts';
import { givenPictures, pictureOption, textOption } from './picture-options.ts';
import { ASKING_QUIETLY } from './policies.ts';

export const alt = askCommand({
  use: 'alt',
  policy: ASKING_QUIETLY,
  data: {
    type: ApplicationCommandType.ChatInput,
    ...named('alt'),
    ...described('alt'),
    options: [
      pictureOption,
      option(ApplicationCommandOptionType.String, 'length', { choices: Detail.options.map(choice) }),
    ],
  },
  plan(input) {
    return {
      ...chosen(givenPictures(input)),
      task: 'alt-text',
      question: '',
      showing: 'alt',
      conversation: [],
      detail: Detail.catch('short').parse(textOption(input, 'length')),
    };
  },
});
