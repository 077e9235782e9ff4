/** What a person on Discord reads of an error: their language, and only what they can do something about. */
import { ERRORS, type ErrorCode, type SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';
import type { Language } from '#store/settings.ts';
import { plain } from './render/plain.ts';
import { type Key, say } from './words.ts';

/** Met by whoever runs Sightline, or on other surfaces: nobody on Discord can mend them. The log has them. */
export const NOT_FOR_DISCORD = [
  'image_not_found',
  'foreign_origin',
  'not_json',
  'not_found',
  'upload_too_slow',
  'redis_missing',
  'redis_failed',
  'redis_unreachable',
  'model_missing',
  'model_corrupt',
  'model_unknown',
  'model_too_large',
  'device_unusable',
  'disk_full',
  'backend_nonsense',
  'backend_key_refused',
  'backend_model_unknown',
  'api_key_needed',
  'hub_model_missing',
  'hub_model_unknown',
  'hub_model_gated',
  'hub_model_unsupported',
  'hub_licence_restricted',
  'hub_unreachable',
  'hub_file_changed',
  'bad_configuration',
  'bad_evaluation_data',
  'address_in_use',
  'store_failed',
  'discord_token_missing',
  'discord_token_refused',
  'discord_intents_refused',
  'discord_unreachable',
] as const satisfies readonly ErrorCode[];
type ForDiscord = Exclude<ErrorCode, (typeof NOT_FOR_DISCORD)[number]>;

const isForDiscord = (code: ErrorCode): code is ForDiscord => !(NOT_FOR_DISCORD as readonly ErrorCode[]).includes(code);

const DETAIL_CHARACTERS = 200;
const NAMES_CHANNEL: ReadonlySet<ErrorCode> = new Set(['cannot_post', 'thread_archived']);

export function sentence(language: Language, code: ErrorCode, detail = ''): string {
  const key: Key = `errors.${isForDiscord(code) ? code : 'internal'}`;
  // A channel that we name ourselves is shown by its name; any other detail may have come from anywhere.
  const isChannel = NAMES_CHANNEL.has(code) && /^<#\d+>$/.test(detail);
  const shown = isChannel ? detail : plain(detail, DETAIL_CHARACTERS);
  return say(language, key, {
    detail: shown,
    megabytes: LIMITS.imageBytes / 1024 / 1024,
    megapixels: LIMITS.imagePixels / 1e6,
    characters: LIMITS.questionCharacters,
  });
}

export const sentenceOf = (language: Language, { code, detail }: Pick<SightlineError, 'code' | 'detail'>): string =>
  sentence(language, code, detail);

/** Whether asking the same again may help. */
export const mayHelpToRetry = (code: ErrorCode): boolean => ERRORS[code].retry;
