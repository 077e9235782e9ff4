/** `/caption`: one sentence about a picture, or a few, in a style. */
import { ApplicationCommandOptionType, ApplicationCommandType } from 'discord.js';
import { CaptionLength, CaptionStyle } from '#store/settings.ts';
import { chosen } from '../plan.ts';
import { askCommand } from './ask-command.ts';
import { choice, described, named, option } from './describe.ts';
import { givenPictures, pictureOption, textOption } from './picture-options.ts';
import { ASKING } from './policies.ts';

export const caption = askCommand({
  use: 'caption',
  policy: ASKING,
  data: {
    type: ApplicationCommandType.ChatInput,
    ...named('caption'),
    ...described('caption'),
    options: [
      pictureOption,
      option(ApplicationCommandOptionType.String, 'length', { choices: CaptionLength.options.map(choice) }),
      option(ApplicationCommandOptionType.String, 'style', { choices: CaptionStyle.options.map(choice) }),
    ],
  },
  plan(input, settings) {
    return {
      ...chosen(givenPictures(input)),
      task: 'caption',
      question: '',
      showing: 'caption',
      conversation: [],
      // What the server has set, where the person does not say.
      detail: CaptionLength.catch(settings.captionLength).parse(textOption(input, 'length')),
      style: CaptionStyle.catch(settings.captionStyle).parse(textOption(input, 'style')),
    };
  },
});
