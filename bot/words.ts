/**
 * What the bot says itself, in the language of who reads it. One table per language in `locales/`, held to the same keys
 * and the same `{places}` by a test; English goes where Discord has a language that we do not.
 */
import { Language } from '#store/settings.ts';
import de from './locales/de.json' with { type: 'json' };
import en from './locales/en.json' with { type: 'json' };
import es from './locales/es.json' with { type: 'json' };
import fr from './locales/fr.json' with { type: 'json' };
import ja from './locales/ja.json' with { type: 'json' };
import ptBR from './locales/pt-BR.json' with { type: 'json' };

type Table = typeof en;
/** "say.position": a section of the table and a key in it. */
export type Key = { [S in keyof Table]: `${S}.${keyof Table[S] & string}` }[keyof Table];
type Values = Readonly<Record<string, string | number>>;

export const TABLES: Readonly<Record<Language, Record<string, Record<string, string>>>> = {
  en,
  de,
  fr,
  es,
  'pt-BR': ptBR,
  ja,
};

export function say(language: Language, key: Key, values: Values = {}): string {
  const dot = key.indexOf('.');
  const [section, name] = [key.slice(0, dot), key.slice(dot + 1)];
  const sentence = TABLES[language][section]?.[name] ?? TABLES.en[section]?.[name];
  if (sentence === undefined) throw new Error(`No words for ${key}. This is a bug.`);
  return sentence.replace(/\{(\w+)\}/g, (_, place: string) => String(values[place] ?? ''));
}

/** Discord's locales by ours (reference#locales): regions of one language share its table. */
export const DISCORD_LOCALES: Readonly<Record<Exclude<Language, 'en'>, readonly string[]>> = {
  de: ['de'],
  fr: ['fr'],
  es: ['es-ES', 'es-419'],
  'pt-BR': ['pt-BR'],
  ja: ['ja'],
};

export function languageOf(discordLocale: string | undefined): Language {
  const own = Language.options.find((language) => language === discordLocale);
  if (own) return own;
  const base = discordLocale?.split('-')[0];
  return Language.options.find((language) => language.split('-')[0] === base) ?? 'en';
}
