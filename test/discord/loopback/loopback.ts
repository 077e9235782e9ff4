/**
 * A Discord on loopback: REST, gateway, CDN and media proxy as the real client sees them, faults on demand, and people to drive it.
 * In: options. Out: addresses for discord.js, the driver, and what clients did. Ends with `close()`.
 */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GatewayIntentBits } from 'discord-api-types/v10';
import { serveFile } from './cdn/serve.ts';
import { createDriver, type Driver } from './driver/driver.ts';
import { createGatewayFaults, type GatewayFaults } from './faults/gateway-faults.ts';
import { createRestFaults, type RestFaults } from './faults/rest-faults.ts';
import { createGateway, type Gateway } from './gateway/gateway.ts';
import { createLedger, type Ledger } from './rest/ledger.ts';
import { createRateLimits } from './rest/rate-limits.ts';
import { applicationRoutes } from './rest/routes/application.ts';
import { channelRoutes } from './rest/routes/channels.ts';
import { guildRoutes } from './rest/routes/guilds.ts';
import { interactionRoutes } from './rest/routes/interactions.ts';
import { messageRoutes } from './rest/routes/messages.ts';
import { reactionRoutes } from './rest/routes/reactions.ts';
import { webhookRoutes } from './rest/routes/webhooks.ts';
import { createRest } from './rest/server.ts';
import { type Clock, createClock } from './world/clock.ts';
import { createWorld, type World } from './world/world.ts';

export interface LoopbackOptions {
  /** Any text: token shapes are not Discord's business to clients either. */
  readonly token?: string;
  readonly appName?: string;
  /** Switched on in the portal; MESSAGE_CONTENT by default. */
  readonly privilegedIntents?: number;
  readonly heartbeatIntervalMs?: number;
  readonly banAfterInvalid?: number;
}

export interface Loopback extends Driver {
  /** For `new Client({ rest })`. */
  readonly rest: { readonly api: string; readonly cdn: string; readonly mediaProxy: string; readonly version: string };
  readonly token: string;
  readonly world: World;
  readonly clock: Clock;
  readonly gateway: Gateway;
  readonly ledger: Ledger;
  readonly faults: { readonly rest: RestFaults; readonly gateway: GatewayFaults };
  close(): Promise<void>;
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function shut(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** A broken loopback must fail its test loudly: 500, and the error on stderr. */
function guard(response: ServerResponse, work: Promise<void>): void {
  work.catch((error: unknown) => {
    console.error('The loopback Discord broke:', error);
    if (!response.headersSent) response.writeHead(500, { 'Content-Type': 'application/json' });
    response.end('{"message":"500: Internal Server Error","code":0}');
  });
}

export async function startLoopback({
  token = 'loopback-token',
  appName = 'Sightline',
  privilegedIntents = GatewayIntentBits.MessageContent,
  heartbeatIntervalMs = 41_250,
  banAfterInvalid = 10_000,
}: LoopbackOptions = {}): Promise<Loopback> {
  const main = createServer();
  const proxy = createServer();
  const [api, mediaProxy] = await Promise.all([listen(main), listen(proxy)]);
  const clock = createClock();
  const world = createWorld({ clock, origins: { api, mediaProxy }, token, appName, privilegedIntents });
  const faults = { rest: createRestFaults(), gateway: createGatewayFaults() };
  const ledger = createLedger(clock.nowMs);
  const gateway = createGateway({ world, faults: faults.gateway, heartbeatIntervalMs });
  const routes = [
    ...applicationRoutes,
    ...channelRoutes,
    ...guildRoutes,
    ...messageRoutes,
    ...reactionRoutes,
    ...interactionRoutes,
    ...webhookRoutes,
  ];
  const serve = createRest({ world, routes, limits: createRateLimits(), ledger, faults: faults.rest, banAfterInvalid });
  gateway.attach(main);
  main.on('request', (request, response) => {
    const url = new URL(request.url ?? '/', api);
    const isApi = url.pathname.startsWith('/api/');
    guard(response, isApi ? serve(request, response, url) : serveFile(world, response, url, false));
  });
  proxy.on('request', (request, response) => {
    guard(response, serveFile(world, response, new URL(request.url ?? '/', mediaProxy), true));
  });
  return {
    ...createDriver(world),
    rest: { api: `${api}/api`, cdn: api, mediaProxy, version: '10' },
    token,
    world,
    clock,
    gateway,
    ledger,
    faults,
    async close() {
      gateway.close();
      await Promise.all([shut(main), shut(proxy)]);
    },
  };
}
