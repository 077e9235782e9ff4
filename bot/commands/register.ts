/**
 * Tells Discord of the commands: in one server while developing, where it takes effect at once, else everywhere. What Discord
 * has already is not told again, as it is asked at every start.
 */
import { createHash } from 'node:crypto';
import { Routes } from 'discord.js';
import type { Redis } from 'ioredis';
import { answered } from '#queue/connection.ts';
import { KEYS } from '../keys.ts';
import type { BotParts } from '../parts.ts';
import type { Command } from './command.ts';

interface Registering {
  readonly commands: readonly Command[];
  readonly guildId: string | undefined;
}

/** As Discord takes it: the data with the policy. */
export const commandBody = ({ data, policy }: Command) => ({
  ...data,
  contexts: policy.contexts,
  integration_types: policy.installs,
  default_member_permissions: policy.permissions === null ? null : String(policy.permissions),
});

/** @returns whether Discord was told */
export async function registerCommands(
  { rest, botId }: Pick<BotParts, 'rest' | 'botId'>,
  redis: Redis,
  { commands, guildId }: Registering,
): Promise<boolean> {
  const body = commands.map(commandBody);
  const hash = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  const key = KEYS.registered(`${botId}:${guildId ?? 'everywhere'}`);
  if ((await answered(redis, () => redis.get(key))) === hash) return false;
  const route =
    guildId === undefined ? Routes.applicationCommands(botId) : Routes.applicationGuildCommands(botId, guildId);
  await rest.put(route, { body });
  await answered(redis, () => redis.set(key, hash, 'EX', TOLD_SECONDS));
  return true;
}

/** After a day they are told again, should somebody have removed them meanwhile. */
const TOLD_SECONDS = 24 * 3_600;
