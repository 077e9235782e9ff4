/**
 * What a command, a button and a form are: data for Discord, a policy that the router keeps, and a function from what a person
 * did to what happens. Those that ask the model are pure: they return a plan, or throw a `SightlineError` that the person reads.
 */
import type {
  APIModalInteractionResponseCallbackData,
  ApplicationIntegrationType,
  InteractionContextType,
  RESTPostAPIChatInputApplicationCommandsJSONBody,
  RESTPostAPIContextMenuApplicationCommandsJSONBody,
} from 'discord.js';
import type { Use } from '#store/settings.ts';
import type { CommandInput, ComponentInput, FormInput } from '../discord/interaction.ts';
import type { BotParts } from '../parts.ts';
import type { AskPlan } from '../plan.ts';
import type { Outgoing } from '../post/outgoing.ts';

/** Who reads the reply: everybody in the channel, or only the one who asked. Discord fixes it at the first response. */
export type Visibility = 'public' | 'ephemeral';

export interface Policy {
  /** Where it is offered: servers, direct messages with the bot, private channels. */
  readonly contexts: readonly InteractionContextType[];
  readonly installs: readonly ApplicationIntegrationType[];
  /** `default_member_permissions`; null for everybody. */
  readonly permissions: bigint | null;
  /** How the reply is deferred when it is not there at once. */
  readonly defer: Visibility;
  /** How long one person waits before the next, in ms; 0 where it costs nothing. */
  readonly coolDownMs: number;
}

export type Form = APIModalInteractionResponseCallbackData;

export type Response =
  /** Goes through admission and the queue; the answer comes later. */
  | { readonly kind: 'ask'; readonly plan: AskPlan; readonly visibility?: Visibility }
  /** A message of its own. */
  | { readonly kind: 'say'; readonly message: Outgoing; readonly visibility: Visibility }
  /** Changes the message that the component stands under. */
  | { readonly kind: 'update'; readonly message: Outgoing }
  /** Must come within 3 s, as it cannot be deferred. */
  | { readonly kind: 'form'; readonly form: Form }
  /** Takes the message away that the component stands under. */
  | { readonly kind: 'remove' }
  /** Seen; what it leads to is shown elsewhere. */
  | { readonly kind: 'nothing' };

type WithoutPolicy<T> = T extends unknown
  ? Omit<T, 'contexts' | 'integration_types' | 'default_member_permissions'>
  : never;
/** For Discord, without what the policy says. */
export type CommandData =
  | WithoutPolicy<RESTPostAPIChatInputApplicationCommandsJSONBody>
  | WithoutPolicy<RESTPostAPIContextMenuApplicationCommandsJSONBody>;

export interface Command {
  /** What a server may restrict it as (settings); undefined where it is open to whoever Discord lets through. */
  readonly use: Use | undefined;
  readonly data: CommandData;
  readonly policy: Policy;
  respond(input: CommandInput, parts: BotParts): Response | Promise<Response>;
}

/** A component under a message, or a form: found by the first word of its `custom_id` ("settings:channel:…"). */
export interface ButtonHandler {
  readonly action: string;
  /** How to answer when it takes longer: with the same message changed, or a new one. */
  readonly defer: 'update' | Visibility;
  press(input: ComponentInput, parts: BotParts): Response | Promise<Response>;
}
export interface FormHandler {
  readonly action: string;
  readonly defer: 'update' | Visibility;
  submit(input: FormInput, parts: BotParts): Response | Promise<Response>;
}

/** "more:bot-i123" from its words; a test holds all of ours to Discord's 100 characters. */
export const customId = (...words: readonly [action: string, ...rest: string[]]): string => words.join(':');
export const wordsOf = (id: string): readonly [string, ...string[]] => {
  const [action = '', ...rest] = id.split(':');
  return [action, ...rest];
};
