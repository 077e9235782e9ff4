/**
 * The bot on the loopback Discord with 1,000 servers: how soon a person sees a sign and the answer, how much longer that takes than
 * the same ask sent straight to the queue, how many asks it takes on in a second, its event loop and memory. The worker
 * answers at once, so that what is measured is the way.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { FEW_ARENAS } from '#ops/few-arenas.ts';
import { SMALL_HEAP } from '#ops/small-heap.ts';
import { consumeAnswers } from '#queue/answer-consumer.ts';
import { createProducer } from '#queue/producer.ts';
import { anAsk, quietLog } from '#test/asks.ts';
import { plain } from '#test/pictures.ts';
import { answerFor } from '#test/room.ts';
import { type BotRoom, openBotRoom } from '../test/discord/bot-room.ts';
import { atLeast, atMost, type Row, row, single } from './row.ts';
import { quantile } from './statistics.ts';

const SERVERS = 1_000;
/** Of a server of some size: what discord.js keeps is channels, roles and overwrites. */
const CHANNELS_EACH = 12;
/** Twice what the bar asks for. */
const OFFERED_PER_SECOND = 200;
/** As a small model takes on one core. */
const ANSWER_MS = 150;

export async function discord({ mentions, bursts }: { mentions: number; bursts: number }): Promise<readonly Row[]> {
  const room = await openBotRoom({
    environment: { LOG_LEVEL: 'info', NODE_OPTIONS: SMALL_HEAP, ...FEW_ARENAS },
    keepLog: true,
  });
  try {
    room.handle = async (ask) => {
      await sleep(ANSWER_MS);
      return { answer: answerFor(ask) };
    };
    for (let index = 0; index < SERVERS; index += 1) {
      const guild = room.discord.createGuild({ name: `Server ${index}` });
      for (let channel = 0; channel < CHANNELS_EACH; channel += 1) room.discord.createChannel(guild, `c${channel}`);
    }
    await room.bot.close();
    room.bot = await room.startBot();
    const direct = await timesDirect(room, mentions);
    const seen = await timesOfMentions(room, mentions);
    const burst = await acceptedPerSecond(room, bursts);
    const residentMb = residentOf(room.bot.pid) / 1e6;
    await room.bot.close();
    const { maxMs, p99Ms } = eventLoopIn(room.log());
    return [
      row('mention → first sign, p95 in ms', single(quantile(seen.sign, 0.95)), atMost(300)),
      row(
        'mention → answer ÷ the same straight to the queue, p95',
        single(quantile(seen.answer, 0.95) / quantile(direct, 0.95)),
        atMost(1.2),
      ),
      row(
        `asks taken on by one bot process, ${OFFERED_PER_SECOND} offered, per s`,
        single(burst.perSecond),
        atLeast(100),
      ),
      row('command → deferred in that rush, p95 in ms', single(burst.p95Ms), atMost(1_000)),
      row('event loop of the bot, longest delay in ms', single(maxMs), atMost(50)),
      row('event loop of the bot, p99 in ms', single(p99Ms)),
      row(`bot with ${SERVERS} servers, resident MB`, single(residentMb), atMost(250)),
    ];
  } finally {
    await room.close();
  }
}

const picture = async () => ({ name: 'boat.png', bytes: await plain(40, 30, [200, 0, 0]).png().toBuffer() });

async function timesDirect(room: BotRoom, count: number): Promise<number[]> {
  const producer = createProducer({ url: room.redis.url });
  const waiting = new Map<string, () => void>();
  const answers = consumeAnswers({
    url: room.redis.url,
    surface: 'cli',
    log: quietLog,
    onAnswer: async ({ requestId }) => waiting.get(requestId)?.(),
  });
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const ask = anAsk({ surface: 'cli' });
    const began = performance.now();
    const answered = new Promise<void>((done) => waiting.set(ask.id, done));
    await producer.ask(ask);
    await answered;
    times.push(performance.now() - began);
  }
  await Promise.all([producer.close(), answers.close()]);
  return times;
}

async function timesOfMentions(room: BotRoom, count: number): Promise<{ sign: number[]; answer: number[] }> {
  const { discord } = room;
  const file = await picture();
  const sign: number[] = [];
  const answer: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const { channel, ada } = room.scene();
    const began = performance.now();
    const typed = until(() => discord.ledger.entries.at(-1)?.path.includes(channel.id) === true);
    await ada.posts(channel, { content: `${room.mention} what is this?`, files: [file] });
    await typed;
    sign.push(performance.now() - began);
    await ada.sees(channel, 'A red boat');
    answer.push(performance.now() - began);
    await sleep(30);
  }
  return { sign, answer };
}

async function acceptedPerSecond(room: BotRoom, count: number): Promise<{ perSecond: number; p95Ms: number }> {
  const file = await picture();
  // Each from another server: one alone may not have that many under way.
  const guilds = [...room.discord.world.guilds.values()];
  const scenes = Array.from({ length: count }, (_, index) => {
    const guild = guilds[index % guilds.length] ?? room.guild;
    const ada = room.discord.createPerson({ name: 'Ada', guilds: [guild] });
    return { ada, channel: room.discord.createChannel(guild, 'rush') };
  });
  await sleep(1_000);
  const began = performance.now();
  const times = await Promise.all(
    scenes.map(async ({ channel, ada }, index) => {
      await sleep((1_000 * index) / OFFERED_PER_SECOND);
      const at = performance.now();
      await ada.runs(channel, '/read', { picture: file });
      await until(() => room.discord.messages(channel).length > 0);
      return performance.now() - at;
    }),
  );
  const perSecond = count / ((performance.now() - began) / 1_000);
  await Promise.all(scenes.map(({ channel, ada }) => ada.sees(channel, 'harbour', { withinMs: 120_000 })));
  return { perSecond, p95Ms: quantile(times, 0.95) };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(1);
}

const residentOf = (pid: number): number =>
  1_024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);

function eventLoopIn(log: string): { maxMs: number; p99Ms: number } {
  const delays = [...log.matchAll(/"eventLoopDelay":\{"p99Ms":([\d.]+),"maxMs":([\d.]+)\}/g)];
  return {
    p99Ms: Math.max(...delays.map(([, p99]) => Number(p99))),
    maxMs: Math.max(...delays.map(([, , max]) => Number(max))),
  };
}
