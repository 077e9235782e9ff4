/** `/ask`: a question about a picture. */
import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord.js';
import { LIMITS } from '#core/limits.ts';
import { checkedQuestion } from '#core/question.ts';
import { chosen } from '../plan.ts';
import { askCommand } from './ask-command.ts';
import { described, named, option } from './describe.ts';
import { givenPictures, pictureOption, textOption } from './picture-options.ts';
import { ASKING } from './policies.ts';

export const ask = askCommand({
  use: 'ask',
  policy: ASKING,
  data: {
    type: ApplicationCommandType.ChatInput,
    ...named('ask'),
    ...described('ask'),
    options: [
      pictureOption,
      option(ApplicationCommandOptionType.String, 'question', {
        required: true,
        max_length: LIMITS.questionCharacters,
      }),
    ],
  },
  plan(input) {
    const question = checkedQuestion('vqa', textOption(input, 'question'));
    return {
      ...chosen(givenPictures(input)),
      task: 'vqa',
      question,
      showing: 'answer',
      conversation: [],
      quoted: question,
    };
  },
});
