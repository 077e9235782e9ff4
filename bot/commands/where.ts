/** `/where`: the picture with boxes around what was asked for. */
import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord.js';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { normaliseQuestion } from '#core/question.ts';
import { chosen } from '../plan.ts';
import { askCommand } from './ask-command.ts';
import { described, named, option } from './describe.ts';
import { givenPictures, pictureOption, textOption } from './picture-options.ts';
import { ASKING } from './policies.ts';

/** Of a thing's name: "the small red car on the left". */
const THING_CHARACTERS = 100;

export const where = askCommand({
  use: 'where',
  policy: ASKING,
  data: {
    type: ApplicationCommandType.ChatInput,
    ...named('where'),
    ...described('where'),
    options: [
      pictureOption,
      option(ApplicationCommandOptionType.String, 'thing', { required: true, max_length: THING_CHARACTERS }),
    ],
  },
  plan(input) {
    const thing = normaliseQuestion(textOption(input, 'thing'));
    if (thing === '') throw new SightlineError('no_question');
    return {
      ...chosen(givenPictures(input), 1),
      task: 'vqa',
      question: `where is ${/^(a|an|the)\s/.test(thing) ? thing : `the ${thing}`}?`.slice(0, LIMITS.questionCharacters),
      showing: 'where',
      draw: 'boxes',
      conversation: [],
      quoted: thing,
    };
  },
});
