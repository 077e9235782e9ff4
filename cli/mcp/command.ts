/**
 * `mcp`: the tools over standard input and output, until the assistant closes them or a signal comes. Standard output carries the
 * protocol and nothing else. With REDIS_URL the fleet's workers answer, without it a model in this process.
 */
import { once } from 'node:events';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Config } from '#core/config.ts';
import { LIMITS } from '#core/limits.ts';
import { onStopSignal } from '#ops/stop-signal.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { EXIT } from '../exit.ts';
import type { LocalModel, OpenLocalModel } from '../local-model.ts';
import { MOST_PICTURES } from './search.ts';
import { createMcpServer } from './server.ts';
import { wholeLines } from './whole-lines.ts';

/** The largest picture as base64, and the words around it. */
const MESSAGE_BYTES = Math.ceil((LIMITS.imageBytes * 4) / 3) + 1024 * 1024;

/** Each lies in the fleet's Redis for a while, where only some hundreds are kept: a search must not push out other people's. */
const FLEET_PICTURES = 100;

type Model = Omit<LocalModel, 'card'>;

export interface McpCommand {
  readonly config: Pick<Config, 'redisUrl'>;
  readonly roots: readonly string[];
  readonly open: OpenLocalModel;
}

export async function mcpCommand({ config, roots, open }: McpCommand): Promise<number> {
  let opened: Promise<Model> | undefined;
  const model = (): Promise<Model> => {
    const opening = opened ?? openModel(config, open);
    opened = opening;
    // One that failed is opened anew with the next call.
    opening.catch(() => {
      if (opened === opening) opened = undefined;
    });
    return opening;
  };
  const mostPictures = config.redisUrl === undefined ? MOST_PICTURES : FLEET_PICTURES;
  const server = createMcpServer({ version: packageJson.version, model, roots, mostPictures });
  const stopped = new Promise<void>((stop) => onStopSignal(() => stop()));
  const closed = once(process.stdin, 'end');
  const lines = wholeLines(MESSAGE_BYTES);
  // A message larger than any picture ends the connection: there is no telling where the next one begins.
  const refused = new Promise((end) => lines.once('error', end));
  process.stdin.pipe(lines);
  await server.connect(new StdioServerTransport(lines, process.stdout, { maxBufferSize: 2 * MESSAGE_BYTES }));
  await Promise.race([stopped, closed, refused]);
  await server.close();
  process.stdin.destroy();
  await (await opened?.catch(() => undefined))?.close();
  return EXIT.ok;
}

async function openModel({ redisUrl }: Pick<Config, 'redisUrl'>, open: OpenLocalModel): Promise<Model> {
  if (redisUrl === undefined) return open();
  const { fleetModel } = await import('../fleet-model.ts');
  return fleetModel(redisUrl);
}
