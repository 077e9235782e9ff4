/** One table per language, all with the same keys and places; every error has a sentence; what Discord bounds stays within. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '#core/errors.ts';
import { Language } from '#store/settings.ts';
import { COMMANDS } from '../../../bot/commands/all.ts';
import { DISCORD } from '../../../bot/limits.ts';
import { NOT_FOR_DISCORD, sentence } from '../../../bot/sentence.ts';
import { languageOf, TABLES } from '../../../bot/words.ts';

const flat = (language: Language): [string, string][] =>
  Object.entries(TABLES[language]).flatMap(([section, table]) =>
    Object.entries(table).map(([key, text]): [string, string] => [`${section}.${key}`, text]),
  );
const places = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

describe.each(Language.options)('%s', (language) => {
  const english = new Map(flat('en'));
  const table = new Map(flat(language));

  it('has the keys of English, and no other', () => {
    expect([...table.keys()]).toEqual([...english.keys()]);
  });

  it('has something to say under each, with the same places', () => {
    for (const [key, text] of table) {
      expect(text.trim(), key).not.toBe('');
      expect(places(text), key).toEqual(places(english.get(key) ?? ''));
    }
  });

  it('has a sentence for every error that a person on Discord can meet, and for no other', () => {
    const codes = ErrorCode.options.filter((code) => !(NOT_FOR_DISCORD as readonly string[]).includes(code));
    expect(Object.keys(TABLES[language].errors ?? {}).sort()).toEqual([...codes].sort());
    for (const code of ErrorCode.options) expect(sentence(language, code, '7')).not.toMatch(/[{}]/);
  });

  it('names commands as Discord allows, and as its own sentences call them', () => {
    const names = TABLES[language].names ?? {};
    const slash = COMMANDS.filter(({ data }) => data.type === 1).map(({ data }) => names[data.name] ?? '');
    for (const name of slash) expect(name).toMatch(/^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u);
    for (const name of slash) expect(name).toBe(name.toLowerCase());
    expect(new Set(slash).size).toBe(slash.length);
    for (const [key, text] of table) {
      for (const [, called] of text.matchAll(/(?<![\p{L}\p{N}>])\/([-\p{L}ー]+)/gu))
        expect(slash, key).toContain(called);
    }
  });

  it('fits where it is shown', () => {
    for (const [key, text] of table) {
      const [section] = key.split('.');
      if (section === 'buttons') expect(text.length, key).toBeLessThanOrEqual(DISCORD.buttonLabelCharacters);
      if (section === 'descriptions') {
        expect(text.length, key).toBeLessThanOrEqual(DISCORD.commandDescriptionCharacters);
      }
      if (section === 'names') expect(text.length, key).toBeLessThanOrEqual(DISCORD.commandNameCharacters);
    }
    expect(table.get('form.title')?.length).toBeLessThanOrEqual(DISCORD.modalTitleCharacters);
    expect(table.get('form.question')?.length).toBeLessThanOrEqual(DISCORD.textInputLabelCharacters);
    expect(table.get('form.example')?.length).toBeLessThanOrEqual(DISCORD.textInputPlaceholderCharacters);
  });
});

describe('languageOf', () => {
  it.each([
    ['de', 'de'],
    ['en-GB', 'en'],
    ['es-419', 'es'],
    ['pt-BR', 'pt-BR'],
    ['ja', 'ja'],
    ['sv-SE', 'en'],
    [undefined, 'en'],
  ])('of %s is %s', (locale, language) => {
    expect(languageOf(locale)).toBe(language);
  });
});
