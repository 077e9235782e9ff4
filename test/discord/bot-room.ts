/** The bot as people meet it: a real bot process between the loopback Discord and a Redis, with a worker of the test's own. */
import type { Answered } from '#core/answer.ts';
import type { AskRequest } from '#core/ask.ts';
import { createRedisBlobStore } from '#images/blob-store-redis.ts';
import type { Consumer } from '#queue/answer-consumer.ts';
import { type AskContext, consumeAsks } from '#queue/ask-consumer.ts';
import { connect, disconnect } from '#queue/connection.ts';
import { quietLog } from '#test/asks.ts';
import { type TestRedis, testRedis } from '#test/redis.ts';
import { type ProcessUnderTest, startProcess } from '#test/room.ts';
import { drawingWorker } from './drawing-worker.ts';
import type { Person } from './loopback/driver/person.ts';
import { type Loopback, startLoopback } from './loopback/loopback.ts';
import type { ChannelRecord, GuildRecord } from './loopback/world/records.ts';

export interface BotRoom {
  readonly discord: Loopback;
  readonly redis: TestRedis;
  /** The asks that the worker took, in order. */
  readonly asked: readonly AskRequest[];
  /** What the worker does from now on; at once and surely, unless told otherwise. */
  handle: (ask: AskRequest, context: AskContext) => Promise<Answered>;
  /** A channel and two people of its own for each test. */
  scene(): { channel: ChannelRecord; ada: Person; ben: Person };
  /** The mention of the bot. */
  readonly mention: string;
  readonly guild: GuildRecord;
  bot: ProcessUnderTest;
  /** Of the bot, where it is kept. */
  log(): string;
  startBot(environment?: NodeJS.ProcessEnv): Promise<ProcessUnderTest>;
  startWorker(): Promise<Consumer>;
  /** As after an hour: nothing is remembered of any ask. */
  forget(): Promise<void>;
  close(): Promise<void>;
}

interface Options {
  readonly discord?: Parameters<typeof startLoopback>[0];
  readonly environment?: NodeJS.ProcessEnv;
  readonly worker?: boolean;
  readonly keepLog?: boolean;
}

export async function openBotRoom(options: Options = {}): Promise<BotRoom> {
  const [discord, redis] = await Promise.all([startLoopback(options.discord), testRedis()]);
  const client = connect(redis.url, { role: 'worker' });
  const asked: AskRequest[] = [];
  const workers: Consumer[] = [];

  const startBot = (environment: NodeJS.ProcessEnv = {}) =>
    startProcess(
      'bot/main.ts',
      redis.url,
      {
        DISCORD_TOKEN: discord.token,
        DISCORD_API: discord.rest.api,
        DISCORD_CDN: `${discord.rest.cdn},${discord.rest.mediaProxy}`,
        DISCORD_SHARDS: '1',
        DATA_DIR: redis.dataDir,
        ...options.environment,
        ...environment,
      },
      { keepLog: options.keepLog ?? false },
    );
  const guild = discord.createGuild({ name: 'Home' });
  const room: BotRoom = {
    guild,
    mention: `<@${discord.world.bot.id}>`,
    scene: () => ({
      channel: discord.createChannel(guild, 'general'),
      ada: discord.createPerson({ name: 'Ada', guilds: [guild] }),
      ben: discord.createPerson({ name: 'Ben', guilds: [guild] }),
    }),
    discord,
    redis,
    asked,
    handle: drawingWorker(createRedisBlobStore(client)),
    bot: undefined as unknown as ProcessUnderTest,
    startBot,
    async startWorker() {
      const worker = consumeAsks({
        url: redis.url,
        concurrency: 16,
        log: quietLog,
        handle: (ask, context) => {
          asked.push(ask);
          return room.handle(ask, context);
        },
      });
      await worker.ready;
      workers.push(worker);
      return worker;
    },
    log: () => room.bot.log(),
    async forget() {
      const keys = await client.keys('sightline:bot:a*');
      if (keys.length > 0) await client.del(...keys);
    },
    async close() {
      await room.bot.close().catch(() => {});
      await Promise.all(workers.map((worker) => worker.close()));
      await disconnect(client);
      await Promise.all([discord.close(), redis.close()]);
    },
  };
  const [bot] = await Promise.all([startBot(), options.worker === false ? undefined : room.startWorker()]);
  room.bot = bot;
  return room;
}
