/** Rate limits and faults: the real client keeps to the headers, and what is lost on the way is posted once by its nonce. */
import { type Client, RESTEvents, type TextChannel } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { login } from './client.ts';
import { type Loopback, startLoopback } from './loopback/loopback.ts';
import type { ChannelRecord } from './loopback/world/records.ts';

let discord: Loopback;
let client: Client<true>;
let channel: ChannelRecord;
let target: TextChannel;

beforeEach(async () => {
  discord = await startLoopback({ banAfterInvalid: 30 });
  const guild = discord.createGuild({ name: 'Home' });
  channel = discord.createChannel(guild, 'general');
  client = await login(discord);
  target = (await client.channels.fetch(channel.id)) as TextChannel;
});

afterEach(async () => {
  await client.destroy();
  await discord.close();
});

const contents = () => discord.messages(channel).map(({ content }) => content);
const statuses = () => discord.ledger.entries.filter(({ method }) => method === 'POST').map(({ status }) => status);
const MESSAGES = /^POST \/channels\/\d+\/messages$/;
const raw = async (path: string, token = discord.token) =>
  await fetch(`${discord.rest.api}/v10${path}`, { headers: { authorization: `Bot ${token}` } });

describe('a bucket', () => {
  it('holds five messages in five seconds; the client waits of itself', async () => {
    const waits: number[] = [];
    client.rest.on(RESTEvents.RateLimited, ({ timeToReset }) => void waits.push(timeToReset));
    await Promise.all(['1', '2', '3', '4', '5', '6'].map(async (text) => await target.send(text)));
    expect(contents()).toEqual(['1', '2', '3', '4', '5', '6']);
    expect(waits.length).toBeGreaterThan(0);
    expect(discord.ledger).toMatchObject({ overLimit: 0, invalid: 0 });
  });

  it('shut on demand is waited for, and nothing asked of it meanwhile', async () => {
    discord.faults.rest.next('limit-bucket', MESSAGES, { forMs: 400 });
    await Promise.all([target.send('a'), target.send('b')]);
    expect(contents()).toEqual(['a', 'b']);
    expect(discord.ledger.overLimit).toBe(0);
    expect(statuses()).toEqual([429, 200, 200]);
  });

  it.each(['limit-global', 'limit-shared'] as const)('%s is waited for too', async (fault) => {
    discord.faults.rest.next(fault, MESSAGES, { forMs: 400 });
    await target.send('a');
    await target.send('b');
    expect(contents()).toEqual(['a', 'b']);
    expect(statuses()).toEqual([429, 200, 200]);
    expect(discord.ledger).toMatchObject({ overLimit: 0, invalid: 0 });
  });
});

describe('a client that disregards limits', () => {
  it('is counted, told how long to wait, and shut out in the end', async () => {
    const asked = await Promise.all(Array.from({ length: 60 }, async () => await raw('/users/@me')));
    const refused = asked.filter(({ status }) => status === 429);
    const [first] = refused;
    expect(first?.headers.get('x-ratelimit-scope')).toBe('global');
    expect(first?.headers.get('x-ratelimit-global')).toBe('true');
    expect(await first?.json()).toMatchObject({ global: true, retry_after: expect.any(Number) });
    expect(discord.ledger.overLimit).toBe(refused.length);
    await Promise.all(Array.from({ length: 40 }, async () => await raw('/users/@me', 'wrong')));
    expect((await raw('/users/@me', 'wrong')).headers.get('content-type')).toBe('text/html');
  });
});

describe('a post whose reply is lost', () => {
  it('is made twice without a nonce', async () => {
    discord.faults.rest.next('server-error-after', MESSAGES);
    await target.send('hello');
    expect(contents()).toEqual(['hello', 'hello']);
  });

  it.each(['server-error-after', 'server-error', 'drop-before', 'drop-after', 'slow'] as const)(
    'or hit by %s is made once with an enforced nonce',
    async (fault) => {
      discord.faults.rest.next(fault, MESSAGES);
      const post = async () => await target.send({ content: 'hello', nonce: 'job-1', enforceNonce: true });
      // A connection that breaks is not retried by the client for every error code: so does whoever asks again.
      const sent = await post().catch(post);
      expect(contents()).toEqual(['hello']);
      expect(discord.faults.rest.happened[fault]).toBe(1);
      expect(sent.id).toBe(discord.messages(channel)[0]?.id);
    },
  );

  it('is made again once the nonce is forgotten, and not at all when it was deleted', async () => {
    const post = async () => await target.send({ content: 'hello', nonce: 'job-2', enforceNonce: true });
    const first = await post();
    await first.delete();
    await expect(post()).rejects.toMatchObject({ code: 10008 });
    discord.clock.advance(10 * 60_000);
    await post();
    expect(contents()).toEqual(['hello']);
  });
});

describe('chance', () => {
  it('is the same for the same seed', async () => {
    const run = async (seed: number) => {
      const { rest } = discord.faults;
      rest.byChance(seed, { slow: 0.3, 'drop-before': 0.3 });
      return Array.from({ length: 40 }, () => rest.decide('GET /x')?.fault ?? '-').join(' ');
    };
    expect(await run(7)).toBe(await run(7));
    expect(await run(7)).not.toBe(await run(8));
  });
});
