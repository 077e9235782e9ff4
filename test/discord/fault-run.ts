/**
 * People ask while everything that can go wrong does, by seeded chance, until so many faults have happened: requests that are
 * limited, fail, or happen and lose their reply; events that come twice, out of order, or before the line breaks; bots that are
 * killed. Then it is calm, and every ask must have been answered, once.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { plain } from '#test/pictures.ts';
import { openBotRoom } from './bot-room.ts';
import { isFailed } from './loopback/world/interactions.ts';
import type { MessageRecord } from './loopback/world/records.ts';

export interface FaultRun {
  readonly faults: number;
  readonly seed: number;
  /** Bots killed on the way, with SIGKILL. */
  readonly kills: number;
}

export interface FaultReport {
  readonly faults: number;
  readonly kills: number;
  readonly asks: number;
  readonly lost: number;
  /** A bot was killed before it had put them into the queue. */
  readonly unheard: number;
  /** Commands that were not responded to within Discord's 3 s, as waits for limits and retries took longer. */
  readonly tooLate: number;
  readonly duplicates: number;
  readonly overLimit: number;
  readonly avoidable: number;
  /** Said by the bot, but no answer: how often, by its words. */
  readonly refusals: Readonly<Record<string, number>>;
  readonly losses: readonly Loss[];
  readonly seconds: number;
}

/** What there was to see of an ask that had no answer in time. */
interface Loss {
  readonly ask: 'mention' | 'command';
  /** Whether it reached a worker. */
  readonly heard: boolean;
  readonly screen: string;
}

/** Of each request; a third of them suffers. */
const REST = {
  'limit-bucket': 0.03,
  'limit-global': 0.01,
  'limit-shared': 0.02,
  'server-error': 0.06,
  'server-error-after': 0.04,
  'drop-before': 0.06,
  'drop-after': 0.06,
  slow: 0.05,
} as const;
const GATEWAY = { duplicate: 0.08, reorder: 0.05, drop: 0.01 } as const;

/** Asks under way at once; together they stay under Discord's 50 requests a second. */
const AT_ONCE = 12;
const ANSWERED_MS = 90_000;
/** src/queue/jobs.ts: a killed process' jobs go to another within 12 s. */
const RECOVERED_MS = 14_000;

export async function runFaults({ faults, seed, kills }: FaultRun): Promise<FaultReport> {
  const startedAt = performance.now();
  const room = await openBotRoom({ environment: { LOG_LEVEL: 'silent' } });
  const { discord } = room;
  const bytes = await plain(20, 20, [200, 0, 0]).png().toBuffer();
  const picture = { name: 'boat.png', bytes };
  const counts = { asks: 0, lost: 0, tooLate: 0, unheard: 0, duplicates: 0, kills: 0 };
  let isThere = true;
  const refusals: Record<string, number> = {};
  const losses: Loss[] = [];
  // An ask that a killed bot had let in counts for its server until it is forgotten.
  const guilds = Array.from({ length: 40 }, (_, index) => discord.createGuild({ name: `Server ${index}` }));
  const happened = () => {
    const all = [...Object.values(discord.faults.rest.happened), ...Object.values(discord.faults.gateway.happened)];
    return all.reduce((sum, count) => sum + count, 0);
  };
  const isOver = () => happened() >= faults;

  const said = (channelId: string): MessageRecord[] =>
    [...(discord.world.messages.get(channelId)?.values() ?? [])].filter(
      ({ authorId, deleted, ephemeralTo }) => authorId === discord.world.bot.id && !deleted && ephemeralTo === null,
    );
  /** The last word has something under it to press that is not Cancel. */
  const isDone = ({ content }: MessageRecord) => content !== '' && !/…$|^Waiting|^Looking/.test(content);

  /** Whether an ask reached the queue; one that a bot was killed over before has no answer, with Discord as well. */
  const wasHeard = (eventId: string) => room.asked.some(({ id }) => id.includes(eventId));

  /** Discord gives up a command that is not responded to within 3 s, and says so to the person. */
  const wasTooLate = (id: string) => {
    const interaction = discord.world.interactions.get(id);
    return interaction !== undefined && isFailed(discord.world, interaction);
  };

  const ask = async (index: number) => {
    const guild = guilds[index % guilds.length] ?? room.guild;
    const channel = discord.createChannel(guild, `c${index}`);
    const person = discord.createPerson({ name: `P${index}`, guilds: [guild] });
    counts.asks += 1;
    await until(() => isThere);
    const { id } =
      index % 2 === 0
        ? await person.posts(channel, { content: `${room.mention} what is this?`, files: [picture] })
        : await person.runs(channel, '/ask', { picture, question: 'What is this?' });
    const killsBefore = counts.kills;
    const isUnheard = () => counts.kills > killsBefore && isThere && !wasHeard(id);
    const ended = () => said(channel.id).some(isDone) || isUnheard() || wasTooLate(id);
    if (!(await until(ended, ANSWERED_MS))) {
      counts.lost += 1;
      losses.push({
        ask: index % 2 === 0 ? 'mention' : 'command',
        heard: wasHeard(id),
        screen: person.screen(channel),
      });
    } else if (wasTooLate(id)) counts.tooLate += 1;
    else if (!said(channel.id).some(isDone)) counts.unheard += 1;
    return channel.id;
  };

  const channels: string[] = [];
  discord.faults.rest.byChance(seed, REST, { forMs: 600 });
  discord.faults.gateway.byChance(seed + 1, GATEWAY);
  let next = 0;
  const people = Array.from({ length: AT_ONCE }, async () => {
    while (!isOver()) channels.push(await ask(next++));
  });
  const killing = (async () => {
    for (let kill = 1; kill <= kills; kill += 1) {
      await until(() => happened() >= (faults * kill) / (kills + 1), Number.POSITIVE_INFINITY);
      isThere = false;
      await room.bot.kill();
      counts.kills += 1;
      room.bot = await room.startBot();
      // What the dead one had in hand is given up by its lock, and taken again.
      await sleep(RECOVERED_MS);
      isThere = true;
    }
  })();
  await Promise.all([...people, killing]);
  discord.faults.rest.calm();
  discord.faults.gateway.calm();
  // What would still be posted twice, is by now.
  await sleep(3_000);
  for (const channelId of channels) {
    const answers = said(channelId);
    if (answers.length > 1) counts.duplicates += answers.length - 1;
    const [first] = answers;
    if (first && isDone(first) && !first.content.includes('A red boat')) {
      refusals[first.content] = (refusals[first.content] ?? 0) + 1;
    }
  }
  const report = {
    ...counts,
    faults: happened(),
    overLimit: discord.ledger.overLimit,
    avoidable: discord.ledger.invalid,
    refusals,
    losses,
    seconds: Math.round((performance.now() - startedAt) / 1_000),
  };
  await room.close();
  return report;
}

async function until(holds: () => boolean, withinMs = 30_000): Promise<boolean> {
  for (const end = performance.now() + withinMs; performance.now() < end; ) {
    if (holds()) return true;
    await sleep(20);
  }
  return false;
}
