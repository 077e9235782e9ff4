/** Fills a command's options as the client does: finds the (sub)command by what the person sees, checks values, uploads files. */
import {
  type APIApplicationCommand,
  type APIApplicationCommandOption,
  type Locale,
  ApplicationCommandOptionType as Option,
} from 'discord-api-types/v10';
import { attach, measure } from '../cdn/files.ts';
import { apiAttachment } from '../shapes/message.ts';
import type { ChannelRecord, UserRecord } from '../world/records.ts';
import type { World } from '../world/world.ts';
import { addResolved, kindOf, type Resolved, resolveId } from './resolved.ts';

export interface FileDraft {
  readonly name: string;
  readonly bytes: Buffer;
  /** Alt text the person wrote. */
  readonly description?: string;
}

export type OptionValues = Readonly<Record<string, string | number | boolean | FileDraft>>;

interface Place {
  readonly user: UserRecord;
  readonly channel: ChannelRecord;
}

interface Filled {
  readonly options: object[];
  readonly resolved: Resolved;
}

const localName = ({ name, name_localizations: local }: APIApplicationCommandOption, locale: string): string =>
  local?.[locale as Locale] ?? name;

const isNamed = (option: APIApplicationCommandOption, word: string, locale: string): boolean =>
  option.name === word || localName(option, locale) === word;

const isFile = (value: unknown): value is FileDraft => typeof value === 'object' && value !== null && 'bytes' in value;

function checkText(option: APIApplicationCommandOption, value: string): void {
  if (option.type !== Option.String) return;
  const { min_length: min = 0, max_length: max = 6000 } = option as { min_length?: number; max_length?: number };
  if (value.length < min || value.length > max) {
    throw new Error(`The client refuses ${option.name}: Expected ${min} to ${max} characters, got ${value.length}`);
  }
}

function chosen(option: APIApplicationCommandOption, value: string | number | boolean): string | number | boolean {
  const choices = 'choices' in option ? (option.choices ?? []) : [];
  if (choices.length === 0) return value;
  const choice = choices.find((one) => one.value === value || one.name === value);
  if (choice) return choice.value;
  throw new Error(
    `The client offers no ${String(value)} for ${option.name}: ${choices.map(({ name }) => name).join(', ')}`,
  );
}

async function optionValue(
  world: World,
  option: APIApplicationCommandOption,
  value: OptionValues[string],
  resolved: Resolved,
  place: Place,
): Promise<string | number | boolean> {
  if (isFile(value)) {
    const file = await measure(value.name, value.bytes);
    const description = value.description ?? null;
    const record = attach(world, world.application.id, file, { ephemeral: true, description });
    addResolved(resolved, 'attachments', record.id, apiAttachment(world, record));
    return record.id;
  }
  const kind = kindOf('option', option.type);
  if (kind) resolveId(world, resolved, kind, String(value), place);
  if (typeof value === 'string') checkText(option, value);
  return chosen(option, value);
}

/** While typing, required options may still be missing. */
export async function fillOptions(
  world: World,
  command: APIApplicationCommand,
  words: readonly string[],
  values: OptionValues,
  { user, channel, focused }: Place & { focused?: string | undefined },
): Promise<Filled> {
  const resolved: Resolved = {};
  async function fill(options: readonly APIApplicationCommandOption[], rest: readonly string[]): Promise<object[]> {
    const [word, ...further] = rest;
    const nested = options.find((one) => word !== undefined && isNamed(one, word, user.locale));
    if (nested && (nested.type === Option.Subcommand || nested.type === Option.SubcommandGroup)) {
      return [{ name: nested.name, type: nested.type, options: await fill(nested.options ?? [], further) }];
    }
    if (word !== undefined) throw new Error(`The client knows no ${word} in /${command.name}`);
    const unknown = Object.keys(values).find((key) => !options.some((one) => isNamed(one, key, user.locale)));
    if (unknown) throw new Error(`The client knows no option ${unknown} of /${command.name}`);
    const filled: object[] = [];
    for (const option of options) {
      const value = values[option.name] ?? values[localName(option, user.locale)];
      if (value === undefined && option.required && focused === undefined) {
        throw new Error(`The client asks for ${option.name} of /${command.name}`);
      }
      if (value === undefined) continue;
      const focus = focused === option.name ? { focused: true } : {};
      filled.push({
        name: option.name,
        type: option.type,
        value: focused === option.name ? value : await optionValue(world, option, value, resolved, { user, channel }),
        ...focus,
      });
    }
    return filled;
  }
  return { options: await fill(command.options ?? [], words), resolved };
}
