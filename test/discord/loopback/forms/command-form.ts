/** Limits of application commands: names, descriptions, options, choices and their localisations. */
import { ApplicationCommandType, Locale, ApplicationCommandOptionType as Option } from 'discord-api-types/v10';
import type { Form } from './form.ts';

type Path = readonly (string | number)[];
export interface OptionInput {
  type?: number;
  name?: string;
  description?: string;
  name_localizations?: Record<string, string> | null;
  description_localizations?: Record<string, string> | null;
  required?: boolean;
  autocomplete?: boolean;
  choices?: { name?: string; value?: string | number; name_localizations?: Record<string, string> | null }[];
  options?: OptionInput[];
  min_length?: number;
  max_length?: number;
}
export interface CommandInput extends OptionInput {
  integration_types?: number[];
  contexts?: number[] | null;
  default_member_permissions?: string | null;
}

const NAME = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
const LOCALES: ReadonlySet<string> = new Set(Object.values(Locale));
const MAX_SIZE = 8000;

/** Commands typed by people are lower case and one word; menu entries are free. */
function checkName(form: Form, path: Path, name: unknown, typed: boolean): void {
  form.text(path, name, 1, 32);
  if (!typed || typeof name !== 'string') return;
  if (!NAME.test(name) || name !== name.toLowerCase()) {
    form.fail(path, 'APPLICATION_COMMAND_INVALID_NAME', 'Command name is invalid');
  }
}

function checkLocales(
  form: Form,
  path: Path,
  localised: Record<string, string> | null | undefined,
  check: (path: Path, text: string) => void,
): void {
  for (const [locale, text] of Object.entries(localised ?? {})) {
    if (!LOCALES.has(locale)) {
      form.fail([...path, locale], 'ENUM_TYPE_COERCE', `Value "${locale}" is not a valid enum value.`);
    }
    check([...path, locale], text);
  }
}

function checkNamed(form: Form, path: Path, named: OptionInput, typed: boolean): void {
  checkName(form, [...path, 'name'], named.name, typed);
  checkLocales(form, [...path, 'name_localizations'], named.name_localizations, (at, text) =>
    checkName(form, at, text, typed),
  );
  if (!typed) {
    if (named.description)
      form.fail(
        [...path, 'description'],
        'APPLICATION_COMMAND_DESCRIPTION_CANNOT_BE_SET',
        'Context menu commands cannot have description',
      );
    return;
  }
  form.text([...path, 'description'], named.description, 1, 100);
  checkLocales(form, [...path, 'description_localizations'], named.description_localizations, (at, text) =>
    form.text(at, text, 1, 100),
  );
}

function checkOptions(form: Form, path: Path, options: readonly OptionInput[] | undefined): void {
  form.count(path, options, 0, 25);
  let optionalSeen = false;
  const names = new Set<string>();
  for (const [index, option] of (options ?? []).entries()) {
    const at: Path = [...path, index];
    const nested = option.type === Option.Subcommand || option.type === Option.SubcommandGroup;
    checkNamed(form, at, option, true);
    if (names.has(option.name ?? '')) {
      form.fail(at, 'APPLICATION_COMMAND_OPTIONS_NAME_INVALID', 'Option name already exists in options');
    }
    names.add(option.name ?? '');
    if (nested) checkOptions(form, [...at, 'options'], option.options);
    else if (option.required && optionalSeen) {
      form.fail(
        at,
        'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        'Required options must be placed before non-required options',
      );
    }
    optionalSeen ||= !nested && !option.required;
    checkChoices(form, at, option);
  }
}

function checkChoices(form: Form, path: Path, option: OptionInput): void {
  form.count([...path, 'choices'], option.choices, 0, 25);
  form.number([...path, 'min_length'], option.min_length, 0, 6000);
  form.number([...path, 'max_length'], option.max_length, 1, 6000);
  if (option.autocomplete && (option.choices?.length ?? 0) > 0) {
    form.fail(
      [...path, 'autocomplete'],
      'APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE',
      'Options with autocomplete cannot have choices',
    );
  }
  for (const [index, choice] of (option.choices ?? []).entries()) {
    form.text([...path, 'choices', index, 'name'], choice.name, 1, 100);
    checkLocales(form, [...path, 'choices', index, 'name_localizations'], choice.name_localizations, (at, text) =>
      form.text(at, text, 1, 100),
    );
    if (typeof choice.value === 'string') form.text([...path, 'choices', index, 'value'], choice.value, 1, 100);
  }
}

/** Names, descriptions and values together; of localisations the longest counts. */
function sizeOf(named: OptionInput): number {
  const longest = (text: string | undefined, localised: Record<string, string> | null | undefined) =>
    Math.max(text?.length ?? 0, ...Object.values(localised ?? {}).map(({ length }) => length));
  const choices = (named.choices ?? []).reduce(
    (sum, { name, value, name_localizations }) => sum + longest(name, name_localizations) + String(value).length,
    0,
  );
  return (
    longest(named.name, named.name_localizations) +
    longest(named.description, named.description_localizations) +
    choices +
    (named.options ?? []).reduce((sum, option) => sum + sizeOf(option), 0)
  );
}

export function checkCommand(form: Form, command: CommandInput, path: Path, guildCommand: boolean): void {
  const typed = (command.type ?? ApplicationCommandType.ChatInput) === ApplicationCommandType.ChatInput;
  checkNamed(form, path, command, typed);
  checkOptions(form, [...path, 'options'], command.options);
  if (sizeOf(command) > MAX_SIZE) {
    form.fail(path, 'APPLICATION_COMMAND_TOO_LARGE', `Command exceeds maximum size (${MAX_SIZE})`);
  }
  if (guildCommand && command.contexts) {
    form.fail([...path, 'contexts'], 'APPLICATION_COMMAND_CONTEXTS_GUILD', 'Guild commands cannot have contexts');
  }
}
