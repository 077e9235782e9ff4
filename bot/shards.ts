/**
 * How many gateway connections, and in how many processes (docs/adr/0013): a few share one process, more have one each, started
 * and kept by discord.js' ShardingManager.
 */
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { REST, Routes, ShardingManager } from 'discord.js';
import { z } from 'zod';
import { SightlineError } from '#core/errors.ts';

/** Discord recommends one for each 1,000 servers; eight of them are some 8,000 servers in one process. */
const CONNECTIONS_PER_PROCESS = 8;

const GatewayFacts = z.object({ shards: z.number().int().positive() });

export const isShardOfMany = (environment: NodeJS.ProcessEnv): boolean => environment.SHARDING_MANAGER !== undefined;

export const needsProcesses = (count: number): boolean => count > CONNECTIONS_PER_PROCESS;

/** @throws SightlineError `discord_token_refused`, `discord_unreachable` */
export async function recommendedShards(api: string, token: string): Promise<number> {
  const rest = new REST({ api, version: '10' }).setToken(token);
  try {
    return GatewayFacts.parse(await rest.get(Routes.gatewayBot())).shards;
  } catch (cause) {
    const refused = cause instanceof Error && 'status' in cause && cause.status === 401;
    if (refused) throw new SightlineError('discord_token_refused');
    const detail = cause instanceof Error ? cause.message : 'no answer';
    throw new SightlineError('discord_unreachable', { detail, cause });
  }
}

export interface ShardProcesses {
  close(): Promise<void>;
}

/** A process that takes longer to be on Discord is given up, and with it the start. */
const READY_MS = 120_000;

/** Each shard in a process of its own, started again when it dies. Resolves when all are on Discord. */
export async function startShardProcesses(count: number, token: string): Promise<ShardProcesses> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const manager = new ShardingManager(main, { totalShards: count, token, execArgv: process.execArgv });
  await manager.spawn({ timeout: READY_MS });
  return {
    async close() {
      manager.respawn = false;
      const children = [...manager.shards.values()].flatMap(({ process: child }) =>
        child && 'exitCode' in child && child.exitCode === null ? [child as ChildProcess] : [],
      );
      const ended = children.map((child) => once(child, 'exit'));
      for (const child of children) child.kill('SIGTERM');
      await Promise.all(ended);
    },
  };
}
