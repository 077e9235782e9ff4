/**
 * An interaction (interactions/receiving-and-responding) as plain data: who did what and where. What is not of a kind the bot
 * knows is undefined. The token is kept apart from the rest, so that the rest can be logged and passed on.
 */
import { z } from 'zod';
import type { Language } from '#store/settings.ts';
import { languageOf } from '../words.ts';
import { Attachment, Message } from './message.ts';

/** Discord's numbers; discord-api-types has them as enums. */
const TYPE = { command: 2, component: 3, form: 5 } as const;
const COMMAND_TYPE = { slash: 1, message: 3 } as const;
/** The key of `authorizing_integration_owners` when the app is a member of the server, not only of the person. */
const GUILD_INSTALL = '0';
/** interactions/receiving-and-responding#interaction-object-interaction-context-types */
const PRIVATE_CHANNEL = 2;

const bits = z.string().transform((value) => BigInt(value));

const Option = z.object({ name: z.string(), value: z.union([z.string(), z.number(), z.boolean()]).optional() });
const CommandData = z.object({
  name: z.string(),
  type: z.number(),
  options: z.array(Option.extend({ options: z.array(Option).optional() })).default([]),
  target_id: z.string().optional(),
  resolved: z
    .object({
      attachments: z.record(z.string(), Attachment).optional(),
      messages: z.record(z.string(), Message).optional(),
    })
    .default({}),
});
const ComponentData = z.object({ custom_id: z.string(), values: z.array(z.string()).default([]) });
const Field = z.object({ custom_id: z.string(), value: z.string().optional(), values: z.array(z.string()).optional() });
const FormData = z.object({
  custom_id: z.string(),
  /** Rows with fields (action rows), or labels around one field each. */
  components: z.array(z.object({ components: z.array(Field).optional(), component: Field.optional() })),
});

const Person = z.object({ id: z.string(), username: z.string().default('') });
const Interaction = z.object({
  id: z.string(),
  type: z.number(),
  token: z.string(),
  guild_id: z.string().optional(),
  channel_id: z.string().optional(),
  channel: z.object({ id: z.string(), type: z.number(), parent_id: z.string().nullish() }).optional(),
  member: z.object({ user: Person, roles: z.array(z.string()), permissions: bits }).optional(),
  user: Person.optional(),
  locale: z.string().default('en-US'),
  app_permissions: bits.default(0n),
  context: z.number().optional(),
  authorizing_integration_owners: z.record(z.string(), z.string()).default({}),
  message: Message.optional(),
  data: z.unknown(),
});

/** Who acts, where, and what they and the bot may do there. */
export interface Scene {
  /** Of the interaction or message that this all began with. */
  readonly id: string;
  readonly userId: string;
  readonly guildId: string | undefined;
  readonly channelId: string;
  /** The channel a thread belongs to. */
  readonly parentId: string | undefined;
  readonly roleIds: readonly string[];
  /** Of the person; all in direct messages. */
  readonly permissions: bigint;
  /** Of the bot in this channel. */
  readonly appPermissions: bigint;
  readonly language: Language;
  /** Whether the bot is a member here: else it can answer interactions and nothing more. */
  readonly member: boolean;
}

export interface CommandInput {
  readonly kind: 'command';
  readonly scene: Scene;
  readonly name: string;
  /** Chosen of several, as in `/privacy export`. */
  readonly subcommand: string | undefined;
  readonly options: ReadonlyMap<string, string | number | boolean>;
  readonly attachments: ReadonlyMap<string, Attachment>;
  /** The message that a message menu was opened on. */
  readonly target: Message | undefined;
}
export interface ComponentInput {
  readonly kind: 'component';
  readonly scene: Scene;
  readonly customId: string;
  /** What was chosen in a select. */
  readonly values: readonly string[];
  /** The message that the component stands under. */
  readonly message: Message;
}
export interface FormInput {
  readonly kind: 'form';
  readonly scene: Scene;
  readonly customId: string;
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly message: Message | undefined;
}
export type Input = CommandInput | ComponentInput | FormInput;

export interface ReadInteraction {
  readonly input: Input;
  readonly token: string;
}

export function readInteraction(raw: unknown): ReadInteraction | undefined {
  const parsed = Interaction.safeParse(raw);
  if (!parsed.success) return undefined;
  const { data, token, message, type } = parsed.data;
  const scene = sceneOf(parsed.data);
  if (!scene) return undefined;
  const input = readInput(type, scene, data, message);
  return input && { input, token };
}

function sceneOf(interaction: z.infer<typeof Interaction>): Scene | undefined {
  const { id, member, guild_id, channel, locale, app_permissions, context } = interaction;
  const owners = interaction.authorizing_integration_owners;
  const person = member?.user ?? interaction.user;
  const channelId = channel?.id ?? interaction.channel_id;
  if (!person || !channelId) return undefined;
  return {
    id,
    userId: person.id,
    guildId: guild_id,
    channelId,
    parentId: channel?.parent_id ?? undefined,
    roleIds: member?.roles ?? [],
    permissions: member?.permissions ?? ALL_PERMISSIONS,
    appPermissions: app_permissions,
    language: languageOf(locale),
    member: guild_id === undefined ? context !== PRIVATE_CHANNEL : GUILD_INSTALL in owners,
  };
}

/** In direct messages nobody is kept from anything. */
export const ALL_PERMISSIONS = (1n << 53n) - 1n;

function readInput(type: number, scene: Scene, data: unknown, message: Message | undefined): Input | undefined {
  if (type === TYPE.command) return readCommand(scene, CommandData.safeParse(data).data);
  if (type === TYPE.component) {
    const component = ComponentData.safeParse(data).data;
    if (!component || !message) return undefined;
    return { kind: 'component', scene, customId: component.custom_id, values: component.values, message };
  }
  if (type === TYPE.form) {
    const form = FormData.safeParse(data).data;
    if (!form) return undefined;
    const fields = form.components.flatMap(({ components = [], component }) =>
      component ? [...components, component] : components,
    );
    return {
      kind: 'form',
      scene,
      customId: form.custom_id,
      fields: new Map(fields.map(({ custom_id, value, values }) => [custom_id, values ?? [value ?? '']])),
      message,
    };
  }
  return undefined;
}

function readCommand(scene: Scene, data: z.infer<typeof CommandData> | undefined): CommandInput | undefined {
  if (!data || (data.type !== COMMAND_TYPE.slash && data.type !== COMMAND_TYPE.message)) return undefined;
  const [first] = data.options;
  const sub = first?.value === undefined ? first : undefined;
  const options = sub ? (sub.options ?? []) : data.options;
  return {
    kind: 'command',
    scene,
    name: data.name,
    subcommand: sub?.name,
    options: new Map(options.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]))),
    attachments: new Map(Object.entries(data.resolved.attachments ?? {})),
    target: data.target_id === undefined ? undefined : data.resolved.messages?.[data.target_id],
  };
}
