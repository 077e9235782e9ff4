/**
 * Where an answer goes, as it travels with the ask (`replyTo`): enough to post by, should everything else be forgotten. The token
 * of an interaction is not part of it.
 */
import { z } from 'zod';
import { Language, Snowflake } from '#store/settings.ts';
import type { Visibility } from './commands/command.ts';

interface Whom {
  readonly channelId: string;
  readonly guildId: string | undefined;
  readonly askerId: string;
  readonly language: Language;
}
/** Under the message that asked. */
export interface MessageAddress extends Whom {
  readonly kind: 'message';
  readonly messageId: string;
}
/** In place of the deferred reply to an interaction. */
export interface InteractionAddress extends Whom {
  readonly kind: 'interaction';
  readonly visibility: Visibility;
  /** Whether the bot may post there by itself, once the interaction is over. */
  readonly member: boolean;
}
export type Address = MessageAddress | InteractionAddress;

const NONE = '-';

export function writeAddress(address: Address): string {
  const { channelId, guildId = NONE, askerId, language } = address;
  const whom = [channelId, guildId, askerId, language];
  if (address.kind === 'message') return ['m', ...whom, address.messageId].join(' ');
  return ['i', ...whom, address.visibility, address.member ? 'member' : NONE].join(' ');
}

const whom = [Snowflake, z.union([z.literal(NONE), Snowflake]), Snowflake, Language] as const;
const Words = z.union([
  z.tuple([z.literal('m'), ...whom, Snowflake]),
  z.tuple([z.literal('i'), ...whom, z.enum(['public', 'ephemeral']), z.enum(['member', NONE])]),
]);

/** @throws ZodError when it is not one of ours */
export function readAddress(text: string): Address {
  const words = Words.parse(text.split(' '));
  const [, channelId, guild, askerId, language] = words;
  const to = { channelId, guildId: guild === NONE ? undefined : guild, askerId, language };
  return words[0] === 'm'
    ? { kind: 'message', ...to, messageId: words[5] }
    : { kind: 'interaction', ...to, visibility: words[5], member: words[6] === 'member' };
}
