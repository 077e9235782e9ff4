/** What must not happen, whatever else does: a secret in a log or a job, a silent bot while Redis is gone, some waiting for one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { LIMITS } from '#core/limits.ts';
import { connect, disconnect } from '#queue/connection.ts';
import { createProducer } from '#queue/producer.ts';
import { plain } from '#test/pictures.ts';
import { type BotRoom, openBotRoom } from './bot-room.ts';

let room: BotRoom;
const bytes = await plain(40, 30, [200, 0, 0]).png().toBuffer();
const picture = { name: 'boat.png', bytes };
/** What the room's worker takes at once. */
const IN_HAND = 16;

afterEach(() => room?.close());

it('no token of the bot or of an interaction is in a log, a job or a key that is not its own', async () => {
  room = await openBotRoom({
    discord: { token: 'canary-of-the-bot' },
    environment: { LOG_LEVEL: 'trace' },
    keepLog: true,
  });
  const { discord } = room;
  discord.faults.rest.byChance(3, { 'server-error-after': 0.2, 'drop-after': 0.1, 'server-error': 0.2 }, { forMs: 50 });
  const scenes = Array.from({ length: 12 }, () => room.scene());
  await Promise.all(
    scenes.map(async ({ channel, ada }, index) => {
      if (index % 3 === 0) await ada.posts(channel, { content: `${room.mention} what is this?`, files: [picture] });
      else await ada.runs(channel, index % 3 === 1 ? '/alt' : '/read', { picture });
      await ada.sees(channel, '[Delete]', { withinMs: 60_000 });
    }),
  );
  discord.faults.rest.calm();
  // What Discord refuses for good must not be told with its address either.
  const late = room.scene();
  const open = Promise.withResolvers<void>();
  const answering = room.handle;
  room.handle = async (ask, context) => {
    await open.promise;
    return answering(ask, context);
  };
  await late.ada.runs(late.channel, '/alt', { picture });
  await expect.poll(() => room.asked.length).toBe(13);
  discord.clock.advance(16 * 60_000);
  open.resolve();
  await late.ada.sees(discord.direct(late.ada), 'Machine-made');

  const secrets = ['canary-of-the-bot', ...[...discord.world.interactions.values()].map(({ token }) => token)];
  expect(secrets.length).toBeGreaterThan(8);
  const log = room.log();
  expect(log).toContain('could not be edited');
  const redis = connect(room.redis.url, { role: 'worker' });
  const kept = await everythingIn(redis);
  await disconnect(redis);
  expect(kept).toContain('bull:ask');
  for (const secret of secrets) {
    expect(log).not.toContain(secret);
    expect(kept).not.toContain(secret);
  }
});

/** Every key but those that are for tokens, with what it holds. */
async function everythingIn(redis: ReturnType<typeof connect>): Promise<string> {
  const keys = (await redis.keys('*')).filter((key) => !key.startsWith('sightline:bot:token:'));
  const held = await Promise.all(
    keys.map(async (key) => {
      const type = await redis.type(key);
      if (type === 'string') return redis.get(key);
      if (type === 'hash') return redis.hgetall(key);
      if (type === 'list') return redis.lrange(key, 0, -1);
      if (type === 'zset') return redis.zrange(key, 0, -1);
      return type === 'stream' ? redis.xrange(key, '-', '+') : redis.smembers(key);
    }),
  );
  return JSON.stringify([keys, held]);
}

it('while Redis says nothing people are told within 5 s, and later answered again', async () => {
  room = await openBotRoom({ environment: { LOG_LEVEL: 'silent' } });
  const { channel, ada, ben } = room.scene();
  const redis = connect(room.redis.url, { role: 'worker' });
  const pid = Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]);
  await disconnect(redis);
  process.kill(pid, 'SIGSTOP');
  const askedAt = performance.now();
  await ada.posts(channel, { content: `${room.mention} what is this?`, files: [picture] });
  const command = await ben.runs(channel, '/ask', { picture, question: 'What is this?' });
  await ada.sees(channel, /reply to Ada[\s\S]*cannot reach my queue/);
  await ben.seesReply(command);
  expect(performance.now() - askedAt).toBeLessThan(2 * LIMITS.redisSilenceMs);
  expect(ben.screen(channel)).toMatchInlineSnapshot(`
    "Ada:
      @Sightline what is this?
      (file boat.png 40×30, no alt text)
    Sightline [app] (Ben used /ask):
      I cannot reach my queue at the moment. Try again in a little while.
    Sightline [app] (reply to Ada: "@Sightline what is this?"):
      I cannot reach my queue at the moment. Try again in a little while."
  `);
  process.kill(pid, 'SIGCONT');
  const later = room.scene();
  await expect
    .poll(
      async () => {
        await later.ada.posts(later.channel, { content: `${room.mention} what is this?`, files: [picture] });
        await sleep(2_000);
        return later.ada.screen(later.channel);
      },
      { timeout: 30_000, interval: 500 },
    )
    .toContain('A red boat');
});

it('a message posted to 200 servers at once is answered in all, the quiet ones first', {
  timeout: 180_000,
}, async () => {
  room = await openBotRoom();
  const { discord } = room;
  const answering = room.handle;
  const open = Promise.withResolvers<void>();
  room.handle = async (ask, context) => {
    await open.promise;
    return answering(ask, context);
  };
  // One server asks with many people at once; 200 others ask once.
  const loud = discord.createGuild({ name: 'Loud' });
  const loudChannel = discord.createChannel(loud, 'general');
  const people = Array.from({ length: 25 }, (_, index) =>
    discord.createPerson({ name: `Loud ${index}`, guilds: [loud] }),
  );
  const quiet = Array.from({ length: 200 }, (_, index) => {
    const guild = discord.createGuild({ name: `Quiet ${index}` });
    const channel = discord.createChannel(guild, 'general');
    return { channel, person: discord.createPerson({ name: `Quiet ${index}`, guilds: [guild] }) };
  });
  await Promise.all(
    people.map((person) => person.posts(loudChannel, { content: `${room.mention} what is this?`, files: [picture] })),
  );
  await Promise.all(
    quiet.map(({ channel, person }) =>
      person.posts(channel, { content: `${room.mention} what is this?`, files: [picture] }),
    ),
  );
  const producer = createProducer({ url: room.redis.url });
  await expect.poll(() => producer.waiting(), { timeout: 60_000 }).toBe(225 - IN_HAND);
  await producer.close();
  open.resolve();
  await Promise.all(quiet.map(({ channel, person }) => person.sees(channel, 'A red boat', { withinMs: 120_000 })));
  await expect.poll(() => room.asked.length, { timeout: 60_000 }).toBe(225);
  // Whatever the worker had in hand already: of the rest, what the loud server had waiting went last.
  const order = room.asked.map(({ replyTo }) => (replyTo.includes(loud.id) ? 'loud' : 'quiet'));
  const loudWaiting = order.slice(IN_HAND).filter((whose) => whose === 'loud').length;
  expect(loudWaiting).toBeGreaterThan(5);
  expect(order.slice(-(loudWaiting - 1))).not.toContain('quiet');
  expect(discord.ledger.overLimit).toBe(0);
});
