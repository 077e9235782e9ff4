/** The picture options of slash commands: their shape for Discord, and the pictures given. */
import { ApplicationCommandOptionType } from 'discord.js';
import type { CommandInput } from '../discord/interaction.ts';
import { type Found, picturesAmong } from '../pictures/find.ts';
import { described, named, option } from './describe.ts';

export const pictureOption = option(ApplicationCommandOptionType.Attachment, 'picture', { required: true });

/** "picture1" to "picture10"; Discord has no option that takes several. */
export const pictureOptions = (count: number, required: number) =>
  Array.from({ length: count }, (_, index) => {
    const { name, name_localizations } = named('picture');
    const suffix = index + 1;
    return {
      type: ApplicationCommandOptionType.Attachment as const,
      name: `${name}${suffix}`,
      name_localizations: Object.fromEntries(
        Object.entries(name_localizations).map(([locale, text]) => [locale, `${text}${suffix}`]),
      ),
      ...described('picture'),
      required: index < required,
    };
  });

/** In the order of their options, whatever order Discord sends them in. */
export function givenPictures({ options, attachments, scene }: CommandInput): Found {
  const given = [...options]
    .filter(([name, value]) => /^picture\d*$/.test(name) && attachments.has(String(value)))
    .sort(([a], [b]) => Number(a.slice('picture'.length)) - Number(b.slice('picture'.length)))
    .flatMap(([, value]) => attachments.get(String(value)) ?? []);
  return picturesAmong(given, scene.channelId);
}

export const textOption = (input: CommandInput, name: string): string => String(input.options.get(name) ?? '').trim();
