/** `/rank`: which of up to ten captions fits a picture, with the probability of each as a bar. */
import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord.js';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import { chosen } from '../plan.ts';
import { askCommand } from './ask-command.ts';
import { described, named } from './describe.ts';
import { givenPictures, pictureOption, textOption } from './picture-options.ts';
import { ASKING } from './policies.ts';

const LEAST = 2;
const numbers = Array.from({ length: LIMITS.captionsPerRank }, (_, index) => index + 1);

const captionOption = (number: number) => {
  const { name, name_localizations } = named('caption_option');
  return {
    type: ApplicationCommandOptionType.String as const,
    name: `${name}${number}`,
    name_localizations: Object.fromEntries(
      Object.entries(name_localizations).map(([locale, text]) => [locale, `${text}${number}`]),
    ),
    ...described('caption_option'),
    required: number <= LEAST,
    max_length: LIMITS.captionCharacters,
  };
};

export const rank = askCommand({
  use: 'rank',
  policy: ASKING,
  data: {
    type: ApplicationCommandType.ChatInput,
    ...named('rank'),
    ...described('rank'),
    options: [pictureOption, ...numbers.map(captionOption)],
  },
  plan(input) {
    const given = numbers.map((number) => textOption(input, `${named('caption_option').name}${number}`));
    const captions = [...new Set(given.filter((text) => text !== ''))];
    if (captions.length < LEAST) throw new SightlineError('no_captions');
    return {
      ...chosen(givenPictures(input), 1),
      task: 'rank',
      question: '',
      showing: 'rank',
      captions,
      conversation: [],
    };
  },
});
