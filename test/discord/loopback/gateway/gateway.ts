/** The gateway: accepts WebSocket connections, keeps sessions, and gives each the events its intents, shard and permissions let it see. */

import type { Server } from 'node:http';
import { GatewayDispatchEvents, GatewayIntentBits, PermissionFlagsBits } from 'discord-api-types/v10';
import { WebSocketServer } from 'ws';
import type { GatewayFaults } from '../faults/gateway-faults.ts';
import { may } from '../world/permissions.ts';
import { shardOfGuild } from '../world/snowflake.ts';
import type { Dispatch, World } from '../world/world.ts';
import { type Connection, serveConnection } from './connection.ts';
import { push, type Session } from './session.ts';

export interface GatewayOptions {
  readonly world: World;
  readonly faults: GatewayFaults;
  readonly heartbeatIntervalMs: number;
}

export interface Gateway {
  readonly sessions: ReadonlyMap<string, Session>;
  readonly connections: ReadonlySet<Connection>;
  /** What clients did wrong or right, to be read by tests. */
  readonly seen: { identifies: number; resumes: number; heartbeats: number; closedForRate: number };
  attach(server: Server): void;
  close(): void;
}

/** What comes by way of an interaction reaches the app wherever it was used; the rest only where it is and may look. */
function hears(world: World, session: Session, { event, guildId, channelId, intent }: Dispatch): boolean {
  const [shard, count] = session.shard;
  if ((guildId === null ? 0 : shardOfGuild(guildId, count)) !== shard) return false;
  if (intent !== 0 && (session.intents & intent) === 0) return false;
  if (event === GatewayDispatchEvents.InteractionCreate || event === GatewayDispatchEvents.GuildDelete) return true;
  const channel = channelId === null ? undefined : world.channels.get(channelId);
  if (channel) return may(world, channel, world.bot.id, PermissionFlagsBits.ViewChannel);
  return guildId === null || intent === GatewayIntentBits.DirectMessages || isIn(world, guildId);
}

const isIn = (world: World, guildId: string) => world.guilds.get(guildId)?.members.has(world.bot.id) === true;

const viewerOf = (session: Session) => ({
  messageContent: (session.intents & GatewayIntentBits.MessageContent) !== 0,
});

export function createGateway({ world, faults, heartbeatIntervalMs }: GatewayOptions): Gateway {
  const sessions = new Map<string, Session>();
  const connections = new Set<Connection>();
  const seen = { identifies: 0, resumes: 0, heartbeats: 0, closedForRate: 0 };
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 });

  const send = (session: Session, dispatch: Dispatch) =>
    push(session, dispatch.event, dispatch.data(viewerOf(session)));

  function onDispatch(dispatch: Dispatch): void {
    for (const session of sessions.values()) {
      if (session.ended || !hears(world, session, dispatch)) continue;
      const fault = faults.decide(dispatch.event);
      if (fault === 'reorder' && session.held === null) {
        session.held = dispatch;
        // A held event with no successor still arrives: late, never lost.
        setTimeout(() => release(session), 200).unref();
        continue;
      }
      send(session, dispatch);
      if (fault === 'duplicate') send(session, dispatch);
      release(session);
      if (fault === 'drop') drop(session);
    }
  }

  function release(session: Session): void {
    const { held } = session;
    session.held = null;
    if (held) send(session, held);
  }

  function drop(session: Session): void {
    for (const connection of connections) if (connection.session === session) connection.drop();
  }

  world.signals.on('dispatch', onDispatch);
  return {
    sessions,
    connections,
    seen,
    attach(server) {
      server.on('upgrade', (request, socket, head) => {
        sockets.handleUpgrade(request, socket, head, (webSocket) => {
          const url = new URL(request.url ?? '/', world.origins.api);
          serveConnection({
            world,
            sessions,
            connections,
            seen,
            faults,
            webSocket,
            url,
            heartbeatIntervalMs,
          });
        });
      });
    },
    close() {
      world.signals.off('dispatch', onDispatch);
      for (const { webSocket } of connections) webSocket.terminate();
      sockets.close();
    },
  };
}
