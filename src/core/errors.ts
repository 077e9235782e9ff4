/**
 * The one table of what can go wrong: code -> the person's sentence, whether trying again may help, HTTP status.
 * The code is also the metric label. docs/errors.md is checked against this table by a test.
 */
import { z } from 'zod';

interface ErrorEntry {
  /** Says what happened and what to do. `{detail}` is filled from the error. */
  readonly sentence: string;
  /** The same ask may succeed later, unchanged. */
  readonly retry: boolean;
  readonly httpStatus: number;
}

const entry = (httpStatus: number, retry: boolean, sentence: string): ErrorEntry => ({ sentence, retry, httpStatus });

export const ERRORS = {
  no_image: entry(400, false, 'There is no picture to look at. Add one and ask again.'),
  empty_image: entry(400, false, 'That file is empty. Choose the picture again.'),
  not_an_image: entry(415, false, 'That is not a picture I can recognise. Send a JPEG, PNG, WebP, GIF or AVIF file.'),
  unsupported_image: entry(415, false, 'I do not open {detail} files. Convert it to JPEG, PNG, WebP, GIF or AVIF.'),
  truncated_image: entry(422, false, 'That picture is damaged or cut off. Download or export it again, then retry.'),
  image_too_many_bytes: entry(413, false, 'That picture is too large ({detail}). Send a smaller file.'),
  image_too_many_pixels: entry(413, false, 'That picture has too many pixels ({detail}). Scale it down and ask again.'),
  image_gone: entry(410, false, 'That picture is no longer kept here. Upload it again.'),
  image_not_found: entry(404, false, 'There is no readable file at {detail}. Check the path.'),
  image_link_expired: entry(
    410,
    false,
    'The link to that picture has expired. Post the picture again, or ask under it.',
  ),
  image_unreachable: entry(502, true, 'That picture could not be fetched ({detail}). Try again, or upload it here.'),
  image_address_refused: entry(
    403,
    false,
    'I only fetch pictures from Discord and from places on my list ({detail}). Upload the picture instead.',
  ),
  no_captions: entry(400, false, 'There is nothing to choose among. Give at least two captions.'),
  no_question: entry(400, false, 'What would you like to know? Write a question about the picture.'),
  question_too_long: entry(400, false, 'That question is too long ({detail}). Ask it in fewer words.'),
  bad_request: entry(400, false, 'That request is not understood: {detail}.'),
  not_found: entry(404, false, 'There is nothing at this address.'),
  foreign_origin: entry(403, false, 'That request came from another site and was refused. Open the room itself.'),
  too_many_requests: entry(429, true, 'That was a lot at once. Wait a few seconds and try again.'),
  upload_too_slow: entry(
    408,
    true,
    'The upload came in too slowly and was given up. Try again, or send a smaller file.',
  ),
  cool_down: entry(429, true, 'Not so fast: wait {detail} s and ask again.'),
  asking_too_fast: entry(429, true, 'You asked a lot within a minute. Wait {detail} s and ask again.'),
  person_busy: entry(429, true, 'You have {detail} questions under way. Wait for an answer, or cancel one.'),
  server_busy: entry(429, true, 'This server has {detail} questions under way. Wait a little and ask again.'),
  message_deleted: entry(
    410,
    false,
    'The message this was about has been deleted. Post the picture again and ask there.',
  ),
  message_unseen: entry(
    403,
    false,
    'The bot cannot see the picture in that message. Use the message menu "Ask about picture", or /ask.',
  ),
  cannot_post: entry(403, false, 'The bot may not answer in {detail}. Let it send messages there, or use /ask.'),
  thread_archived: entry(403, false, 'The thread {detail} is archived. Open it again and ask once more.'),
  not_here: entry(403, false, 'That is turned off here by the settings of the server.'),
  too_old: entry(410, false, 'What this was about is no longer remembered. Ask again under the picture.'),
  not_yours: entry(403, false, 'Only the person who asked and moderators can do that.'),
  ask_author_first: entry(403, false, 'The author of this picture wants to be asked first, and cannot be asked here.'),
  admins_only: entry(403, false, 'Only people who may manage this server can change its settings.'),
  authors_only: entry(403, false, 'Only the person whose picture it is can decide that.'),
  unknown_command: entry(404, false, 'That command is no longer known. Reload Discord and try again.'),
  discord_token_missing: entry(
    500,
    false,
    'The bot has no token. Set DISCORD_TOKEN; docs/discord.md says step by step how to get one.',
  ),
  discord_token_refused: entry(
    401,
    false,
    'Discord does not accept the token in DISCORD_TOKEN. Copy it again from the developer portal ("Bot", "Reset Token").',
  ),
  discord_intents_refused: entry(
    403,
    false,
    'Discord refuses an intent that is asked for. Turn "Message Content Intent" on in the developer portal, or set DISCORD_MESSAGE_CONTENT=off.',
  ),
  discord_unreachable: entry(502, true, 'Discord cannot be reached ({detail}). It is tried again.'),
  queue_full: entry(503, true, 'Too many questions are waiting right now. Try again in a minute.'),
  deadline_passed: entry(504, true, 'This took too long and was given up. Try again.'),
  no_worker: entry(
    504,
    true,
    'No worker picked up your question in time. Try again, or start one with "npm run worker".',
  ),
  cancelled: entry(499, true, 'Cancelled.'),
  inference_failed: entry(
    500,
    true,
    'The model failed on this picture. Try again; if it persists, run "sightline doctor".',
  ),
  redis_unavailable: entry(
    503,
    true,
    'The queue (Redis) does not answer at the moment ({detail}). Try again in a little while.',
  ),
  redis_unreachable: entry(
    503,
    false,
    'No Redis answers at {detail}. Start it, correct REDIS_URL, or leave REDIS_URL empty to get a private one.',
  ),
  redis_missing: entry(
    503,
    false,
    'Sightline needs Redis and found none ({detail}). Any one of these helps: install it ("apt install redis-server" or ' +
      '"brew install redis"), run it in a container ("docker run -p 6379:6379 redis"), or set REDIS_URL to one you have.',
  ),
  redis_failed: entry(
    500,
    false,
    'The private Redis does not start: {detail}. Set DATA_DIR to another folder, or REDIS_URL to a Redis you have.',
  ),
  store_unavailable: entry(
    503,
    true,
    'The settings (database) do not answer at the moment. Try again in a little while.',
  ),
  store_failed: entry(
    500,
    false,
    'The database is not usable: {detail}. Set DATABASE_URL to a file or a libSQL server, or DATA_DIR to another folder.',
  ),
  model_missing: entry(
    500,
    false,
    'The model is not complete: {detail} is missing. Restore it with "git checkout -- models", or set MODEL to another model folder.',
  ),
  model_corrupt: entry(
    500,
    false,
    'The model is damaged: {detail} is not what its card says. Restore it with "git checkout -- models".',
  ),
  bad_configuration: entry(500, false, 'The configuration is not usable: {detail}.'),
  bad_evaluation_data: entry(400, false, 'The evaluation folder is not usable: {detail}.'),
  address_in_use: entry(
    500,
    false,
    'The address {detail} is taken. Stop what listens there, or set PORT to another number.',
  ),
  internal: entry(500, true, 'Something broke on our side. Try again; the log has the details.'),
} as const satisfies Record<string, ErrorEntry>;

const CODES = Object.keys(ERRORS) as [keyof typeof ERRORS, ...(keyof typeof ERRORS)[]];
export const ErrorCode = z.enum(CODES);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** The sentence a person reads. Never holds a stack, a path of ours or a secret: `detail` is written for people. */
export function sentenceFor(code: ErrorCode, detail?: string): string {
  const { sentence } = ERRORS[code];
  return detail === undefined
    ? sentence.replace(' ({detail})', '').replace('{detail}', 'it')
    : sentence.replace('{detail}', () => detail);
}

export class SightlineError extends Error {
  readonly code: ErrorCode;
  readonly detail: string | undefined;

  constructor(code: ErrorCode, options: { detail?: string; cause?: unknown } = {}) {
    super(sentenceFor(code, options.detail), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SightlineError';
    this.code = code;
    this.detail = options.detail;
  }
}

/** Any thrown thing as a `SightlineError`; what is not ours becomes `fallback`, with the original as its cause. */
export function asSightlineError(error: unknown, fallback: ErrorCode = 'internal'): SightlineError {
  return error instanceof SightlineError ? error : new SightlineError(fallback, { cause: error });
}
