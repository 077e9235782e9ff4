/** `/storyboard`: up to ten pictures on one numbered sheet, with captions. */
import { ApplicationCommandType } from 'discord.js';
import { LIMITS } from '#core/limits.ts';
import { chosen } from '../plan.ts';
import { askCommand } from './ask-command.ts';
import { described, named } from './describe.ts';
import { givenPictures, pictureOptions } from './picture-options.ts';
import { ASKING } from './policies.ts';

export const storyboard = askCommand({
  use: 'storyboard',
  policy: ASKING,
  data: {
    type: ApplicationCommandType.ChatInput,
    ...named('storyboard'),
    ...described('storyboard'),
    options: pictureOptions(LIMITS.picturesPerAsk, 2),
  },
  plan: (input) => ({
    ...chosen(givenPictures(input), LIMITS.picturesPerAsk),
    task: 'caption',
    question: '',
    showing: 'storyboard',
    draw: 'sheet',
    conversation: [],
  }),
});
