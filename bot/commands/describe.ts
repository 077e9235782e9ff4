/** The names and descriptions of commands in all languages, in the shape that Discord takes them. */
import type { APIApplicationCommandBasicOption, ApplicationCommandOptionType, LocalizationMap } from 'discord.js';
import type en from '../locales/en.json';
import { DISCORD_LOCALES, type Key, say } from '../words.ts';

type Name = keyof typeof en.names & string;
type Description = keyof typeof en.descriptions & string;

function localizations(key: Key): LocalizationMap {
  const map: Record<string, string> = {};
  for (const [language, locales] of Object.entries(DISCORD_LOCALES)) {
    for (const locale of locales) map[locale] = say(language as keyof typeof DISCORD_LOCALES, key);
  }
  return map;
}

export const named = (name: Name) => ({
  name: say('en', `names.${name}`),
  name_localizations: localizations(`names.${name}`),
});

export const described = (description: Description) => ({
  description: say('en', `descriptions.${description}`),
  description_localizations: localizations(`descriptions.${description}`),
});

/** One of a few values; the value itself is not translated. */
export const choice = <T extends string>(value: T & Name) => ({ ...named(value), value });

type BasicType = APIApplicationCommandBasicOption['type'] & ApplicationCommandOptionType;
export const option = <T extends BasicType, E extends object>(type: T, name: Name & Description, extra: E) => ({
  type,
  ...named(name),
  ...described(name),
  ...extra,
});
