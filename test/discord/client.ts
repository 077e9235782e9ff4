/** A real discord.js client, logged in to a loopback Discord; destroyed with the test. */
import { Client, Events, GatewayIntentBits, Options, Partials } from 'discord.js';
import type { Loopback } from './loopback/loopback.ts';

export const ALL_INTENTS = [
  GatewayIntentBits.Guilds,
  GatewayIntentBits.GuildMessages,
  GatewayIntentBits.GuildMessageReactions,
  GatewayIntentBits.DirectMessages,
  GatewayIntentBits.MessageContent,
];

/** DMs are never announced, so their first message comes from a channel the client does not know. */
export function createClient(discord: Loopback, intents: readonly GatewayIntentBits[] = ALL_INTENTS): Client {
  return new Client({
    intents,
    rest: discord.rest,
    partials: [Partials.Channel],
    makeCache: Options.cacheEverything(),
  });
}

export async function login(discord: Loopback, intents?: readonly GatewayIntentBits[]): Promise<Client<true>> {
  const client = createClient(discord, intents);
  const ready = new Promise<Client<true>>((resolve) => client.once(Events.ClientReady, resolve));
  await client.login(discord.token);
  return await ready;
}
