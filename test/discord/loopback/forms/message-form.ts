/** What a message sent by the app must hold: checks every field, then the attachments, and gives the parts ready to store. */
import {
  type APIAllowedMentions,
  type APIEmbed,
  type APIMessageTopLevelComponent,
  EmbedType,
  MessageFlags,
} from 'discord-api-types/v10';
import type { UploadedFile } from '../rest/body.ts';
import { Refusal, refuse } from '../rest/refusal.ts';
import type { AttachmentRecord, MessageRecord } from '../world/records.ts';
import { type ComponentInput, checkComponents } from './component-form.ts';
import { checkEmbeds, type EmbedInput, isEmptyEmbed } from './embed-form.ts';
import { createForm, type Form } from './form.ts';

export interface AttachmentInput {
  id?: string | number;
  filename?: string;
  description?: string | null;
  is_spoiler?: boolean;
}

export interface MessageInput {
  content?: string | null;
  embeds?: EmbedInput[] | null;
  components?: ComponentInput[] | null;
  attachments?: AttachmentInput[] | null;
  allowed_mentions?: APIAllowedMentions | null;
  flags?: number | null;
  nonce?: string | number | null;
  enforce_nonce?: boolean;
  sticker_ids?: string[];
  tts?: boolean;
  message_reference?: {
    type?: number;
    message_id?: string;
    channel_id?: string;
    guild_id?: string;
    fail_if_not_exists?: boolean;
  };
}

export interface MessageParts {
  readonly content?: string;
  readonly embeds?: APIEmbed[];
  readonly components?: APIMessageTopLevelComponent[];
  readonly attachments?: AttachmentRecord[];
  readonly allowedMentions: APIAllowedMentions | undefined;
}

/** Per file 10 MiB without boosts; more than ten files are refused. */
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
const MAX_FILES = 10;

function checkMentions(form: Form, allowed: APIAllowedMentions | null | undefined): void {
  if (!allowed) return;
  for (const kind of ['users', 'roles'] as const) {
    form.count(['allowed_mentions', kind], allowed[kind], 0, 100);
    if (allowed[kind] !== undefined && allowed[kind].length > 0 && allowed.parse?.some((one) => one === kind)) {
      form.fail(
        ['allowed_mentions'],
        'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
        `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
      );
    }
  }
}

function checkV2(form: Form, input: MessageInput): void {
  const legacy = Boolean(input.content) || (input.embeds?.length ?? 0) > 0 || (input.sticker_ids?.length ?? 0) > 0;
  if (legacy) {
    form.fail(
      ['flags'],
      'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
      'The message cannot have legacy fields with IS_COMPONENTS_V2',
    );
  }
}

function checkFields(input: MessageInput, files: readonly UploadedFile[], v2: boolean): void {
  const form = createForm();
  form.text(['content'], input.content, 0, 2000);
  if (typeof input.nonce === 'string') form.text(['nonce'], input.nonce, 0, 25);
  checkEmbeds(form, input.embeds);
  checkComponents(form, input.components, v2);
  checkMentions(form, input.allowed_mentions);
  form.count(['sticker_ids'], input.sticker_ids, 0, 3);
  form.count(['attachments'], input.attachments ?? [...files], 0, MAX_FILES);
  for (const [index, { description }] of (input.attachments ?? []).entries()) {
    form.text(['attachments', index, 'description'], description, 0, 1024);
  }
  if (v2) checkV2(form, input);
  form.check();
}

/** Kept files first, new ones after, as the `attachments` list says; without one, all kept and all new. */
function attachmentsOf(
  input: MessageInput,
  files: readonly UploadedFile[],
  kept: readonly AttachmentRecord[],
  store: (file: UploadedFile, meta: AttachmentInput) => AttachmentRecord,
): AttachmentRecord[] | undefined {
  if (!input.attachments) {
    return files.length === 0 ? undefined : [...kept, ...files.map((file) => store(file, {}))];
  }
  const listed: AttachmentRecord[] = [];
  for (const meta of input.attachments) {
    const old = kept.find(({ id }) => id === String(meta.id));
    const file = files.find(({ key }) => key === `files[${meta.id}]`);
    if (old && meta.description !== undefined) old.description = meta.description;
    if (old) listed.push(old);
    else if (file) listed.push(store(file, meta));
  }
  const named = (file: UploadedFile) => input.attachments?.some(({ id }) => file.key === `files[${id}]`);
  return [...listed, ...files.filter((file) => !named(file)).map((file) => store(file, {}))];
}

/** Turns what the app sent into stored parts. Fails: 413 for a file too large, 50035 for a field. */
export function messageParts(
  input: MessageInput,
  files: readonly UploadedFile[],
  kept: readonly AttachmentRecord[],
  store: (file: UploadedFile, meta: AttachmentInput) => AttachmentRecord,
): MessageParts {
  if (files.some(({ bytes }) => bytes.length > MAX_FILE_BYTES)) refuse('tooLarge');
  checkFields(input, files, ((input.flags ?? 0) & MessageFlags.IsComponentsV2) !== 0);
  const embeds = input.embeds?.map((embed) => ({ ...embed, type: EmbedType.Rich }) as APIEmbed);
  const attachments = attachmentsOf(input, files, kept, store);
  return {
    ...(input.content === undefined ? {} : { content: (input.content ?? '').trim() }),
    ...(input.embeds === undefined ? {} : { embeds: embeds ?? [] }),
    ...(input.components === undefined
      ? {}
      : { components: (input.components ?? []) as unknown as APIMessageTopLevelComponent[] }),
    ...(attachments ? { attachments } : {}),
    allowedMentions: input.allowed_mentions ?? undefined,
  };
}

/** An edit that would leave nothing of a message is refused (50006). */
export function refuseEmptied(message: MessageRecord, parts: MessageParts): void {
  const after = { ...message, ...parts };
  const left = [after.embeds, after.components, after.attachments, after.stickers, after.snapshots];
  if (after.content === '' && left.every(({ length }) => length === 0)) throw new Refusal('emptyMessage');
}

/** A message with nothing in it is refused (50006). */
export function refuseEmpty(input: MessageInput, files: readonly UploadedFile[]): void {
  const embeds = (input.embeds ?? []).filter((embed) => !isEmptyEmbed(embed));
  const has =
    (input.content ?? '').trim() !== '' ||
    embeds.length > 0 ||
    (input.components?.length ?? 0) > 0 ||
    (input.sticker_ids?.length ?? 0) > 0 ||
    files.length > 0;
  if (!has) throw new Refusal('emptyMessage');
}
