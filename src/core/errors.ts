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
  not_json: entry(415, false, 'The body must be JSON. Send it as application/json.'),
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
  shutting_down: entry(503, true, 'The room is being restarted. Try again in a moment.'),
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
  backend_unreachable: entry(
    502,
    true,
    'The server that runs the model does not answer ({detail}). Check that it runs and that MODEL has its address, then ask again.',
  ),
  backend_busy: entry(
    503,
    true,
    'The server that runs the model has too much to do or is still loading ({detail}). Try again in a minute.',
  ),
  backend_failed: entry(
    502,
    true,
    'The server that runs the model failed ({detail}). Try again; if it persists, look at its log.',
  ),
  backend_broke_off: entry(
    502,
    true,
    'The server that runs the model broke off in the middle of its answer ({detail}). Try again.',
  ),
  backend_nonsense: entry(
    502,
    true,
    'The server that runs the model did not give an answer: {detail}. Check that MODEL has its OpenAI-compatible address, which often ends in /v1.',
  ),
  backend_key_refused: entry(
    502,
    false,
    'The server that runs the model refused the key ({detail}). Set MODEL_API_KEY to one that it accepts.',
  ),
  backend_model_unknown: entry(
    502,
    false,
    'The server that runs the model does not know {detail}. Load it there first, or name another one in MODEL.',
  ),
  backend_declined: entry(
    502,
    false,
    'The server that runs the model did not take the question: {detail}. Check that this model looks at pictures.',
  ),
  model_unknown: entry(404, false, 'There is no model called {detail} here. GET /v1/models says what there is.'),
  api_key_needed: entry(
    401,
    false,
    'An API key is needed, and this is none that I know. Send it as "Authorization: Bearer <key>".',
  ),
  task_unsupported: entry(
    422,
    false,
    'This model cannot do that ({detail}). Give the task another model with "sightline models use <id> --task <task>".',
  ),
  empty_answer: entry(422, false, 'The model had nothing to say to that. Ask it in other words.'),
  no_evidence: entry(422, false, 'This model does not tell where it looked, so there is nothing to draw.'),
  hub_model_missing: entry(
    500,
    false,
    'That model is not complete on this machine. Fetch it with "sightline models pull {detail}".',
  ),
  hub_model_unknown: entry(
    404,
    false,
    'The hub has no such model ({detail}). Check the name; "sightline models list" shows models that are known here.',
  ),
  hub_model_gated: entry(
    403,
    false,
    'The hub does not hand out {detail} without permission. Accept its terms on its page there, then set HF_TOKEN.',
  ),
  hub_model_unsupported: entry(422, false, 'That model cannot be used here: {detail}.'),
  hub_licence_restricted: entry(
    403,
    false,
    'The licence restricts the use of this model ({detail}). Read it; if it suits you, pull again with --accept-licence.',
  ),
  hub_unreachable: entry(
    502,
    true,
    'The hub broke off or does not answer ({detail}). Run the same command again: it goes on where it stopped.',
  ),
  hub_file_changed: entry(
    500,
    false,
    'A file is not the one that was locked when the model was first pulled: {detail}. Run "sightline models pull" to mend ' +
      'it, or "sightline models pull --update" to take the hub\'s newest on purpose.',
  ),
  disk_full: entry(
    507,
    false,
    'The disk has no room for that ({detail}). Free some, or set DATA_DIR to a folder on another disk.',
  ),
  model_too_large: entry(
    500,
    false,
    'The model does not fit into the memory of this machine ({detail}). Set MODEL_DTYPE to smaller weights, or choose a smaller model.',
  ),
  device_unusable: entry(
    500,
    false,
    'These weights do not run on this device ({detail}). Set MODEL_DTYPE (q8 or q4 for a CPU, fp16 or q4f16 for a GPU) or MODEL_DEVICE.',
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
