/** One connection to the gateway: hello, identify or resume, heartbeats, and the close codes for what clients do wrong. */
import { GatewayCloseCodes, GatewayIntentBits, GatewayOpcodes } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';
import { z } from 'zod';
import type { GatewayFaults } from '../faults/gateway-faults.ts';
import type { World } from '../world/world.ts';
import { greet } from './greeting.ts';
import { createSession, missedSince, type NumberedEvent, push, type Session } from './session.ts';
import { createWire } from './wire.ts';

export interface Connection {
  readonly webSocket: WebSocket;
  session: Session | null;
  /** Cuts the line as a broken network does: no close code. */
  drop(): void;
  /** op 7: please reconnect. */
  askToReconnect(): void;
  /** op 9; the session lives on only if `resumable`. */
  invalidate(resumable: boolean): void;
}

interface ConnectionOptions {
  readonly world: World;
  readonly sessions: Map<string, Session>;
  readonly connections: Set<Connection>;
  readonly seen: { identifies: number; resumes: number; heartbeats: number; closedForRate: number };
  readonly faults: GatewayFaults;
  readonly webSocket: WebSocket;
  readonly url: URL;
  readonly heartbeatIntervalMs: number;
}

/** 120 payloads in 60 s, the documented limit of what a client may send. */
const MAX_SENT = 120;
const SENT_WINDOW_MS = 60_000;
const MAX_PAYLOAD_BYTES = 4096;
const PRIVILEGED = GatewayIntentBits.GuildMembers | GatewayIntentBits.GuildPresences | GatewayIntentBits.MessageContent;
const KNOWN_INTENTS = Object.values(GatewayIntentBits)
  .filter((bit): bit is GatewayIntentBits => typeof bit === 'number')
  .reduce((all, bit) => all | bit, 0);

/** What an open session may send besides heartbeats; nothing comes of it here. */
const SENDABLE: ReadonlySet<number> = new Set([
  GatewayOpcodes.PresenceUpdate,
  GatewayOpcodes.VoiceStateUpdate,
  GatewayOpcodes.RequestGuildMembers,
]);

const Payload = z.object({ op: z.number(), d: z.unknown() });
const Identify = z.object({
  token: z.string(),
  intents: z.number().int(),
  properties: z.object({}).loose(),
  compress: z.boolean().optional(),
  shard: z.tuple([z.number(), z.number()]).optional(),
});
const Resume = z.object({ token: z.string(), session_id: z.string(), seq: z.number() });

const sameToken = (given: string, token: string) => given.replace(/^Bot /, '') === token;

export function serveConnection(options: ConnectionOptions): void {
  const { world, sessions, connections, seen, faults, webSocket, url, heartbeatIntervalMs } = options;
  const wire = createWire(webSocket, url.searchParams.get('compress'));
  const sentAtMs: number[] = [];
  let lastBeatMs = performance.now();
  const connection: Connection = {
    webSocket,
    session: null,
    drop: () => webSocket.terminate(),
    askToReconnect: () => wire.send({ op: GatewayOpcodes.Reconnect, d: null, s: null, t: null }),
    invalidate(resumable) {
      if (connection.session && !resumable) connection.session.ended = true;
      wire.send({ op: GatewayOpcodes.InvalidSession, d: resumable, s: null, t: null });
    },
  };

  function bind(session: Session): void {
    connection.session = session;
    session.deliver = (event: NumberedEvent) => wire.send(event);
  }

  /** The close code for what is wrong with it; null when the session is open. */
  function identify(d: unknown): GatewayCloseCodes | null {
    const parsed = Identify.safeParse(d);
    if (!parsed.success) return GatewayCloseCodes.DecodeError;
    const { token, intents, compress, shard = [0, 1] } = parsed.data;
    seen.identifies += 1;
    if (!sameToken(token, world.application.token)) return GatewayCloseCodes.AuthenticationFailed;
    if (shard[0] >= shard[1] || shard[0] < 0) return GatewayCloseCodes.InvalidShard;
    if ((intents & ~KNOWN_INTENTS) !== 0) return GatewayCloseCodes.InvalidIntents;
    if ((intents & PRIVILEGED & ~world.application.privilegedIntents) !== 0) return GatewayCloseCodes.DisallowedIntents;
    if (compress) wire.compressEach();
    const session = createSession(intents, shard);
    sessions.set(session.id, session);
    bind(session);
    greet(world, session);
    return null;
  }

  function resume(d: unknown): GatewayCloseCodes | null {
    const parsed = Resume.safeParse(d);
    if (!parsed.success) return GatewayCloseCodes.DecodeError;
    seen.resumes += 1;
    if (!sameToken(parsed.data.token, world.application.token)) return GatewayCloseCodes.AuthenticationFailed;
    const session = sessions.get(parsed.data.session_id);
    const missed = session && !session.ended ? missedSince(session, parsed.data.seq) : null;
    if (!session || !missed || faults.refusesResume()) {
      connection.invalidate(false);
      return null;
    }
    bind(session);
    for (const event of missed) wire.send(event);
    push(session, 'RESUMED', {});
    return null;
  }

  function handle({ op, d }: z.infer<typeof Payload>): GatewayCloseCodes | null {
    if (op === GatewayOpcodes.Heartbeat) {
      seen.heartbeats += 1;
      lastBeatMs = performance.now();
      if (!faults.mutesAcks()) wire.send({ op: GatewayOpcodes.HeartbeatAck, d: null, s: null, t: null });
      return null;
    }
    const opens = op === GatewayOpcodes.Identify || op === GatewayOpcodes.Resume;
    if (opens && connection.session) return GatewayCloseCodes.AlreadyAuthenticated;
    if (!opens && !connection.session) return GatewayCloseCodes.NotAuthenticated;
    if (opens) return op === GatewayOpcodes.Identify ? identify(d) : resume(d);
    return SENDABLE.has(op) ? null : GatewayCloseCodes.UnknownOpcode;
  }

  function receive(bytes: Buffer): GatewayCloseCodes | null {
    const nowMs = performance.now();
    sentAtMs.push(nowMs);
    while (sentAtMs[0] !== undefined && sentAtMs[0] <= nowMs - SENT_WINDOW_MS) sentAtMs.shift();
    if (sentAtMs.length > MAX_SENT) {
      seen.closedForRate += 1;
      return GatewayCloseCodes.RateLimited;
    }
    const payload = Payload.safeParse(parse(bytes));
    if (bytes.length > MAX_PAYLOAD_BYTES || !payload.success) return GatewayCloseCodes.DecodeError;
    return handle(payload.data);
  }

  webSocket.on('message', (bytes: Buffer) => {
    const code = receive(bytes);
    if (code !== null) webSocket.close(code);
  });
  const watch = setInterval(() => {
    if (performance.now() - lastBeatMs > 2 * heartbeatIntervalMs) webSocket.close(GatewayCloseCodes.SessionTimedOut);
  }, heartbeatIntervalMs);
  webSocket.on('close', (code) => {
    clearInterval(watch);
    connections.delete(connection);
    const { session } = connection;
    if (!session) return;
    session.deliver = null;
    if (code === 1000 || code === 1001) session.ended = true;
  });
  webSocket.on('error', () => webSocket.terminate());

  connections.add(connection);
  if (url.searchParams.get('v') === '10') {
    wire.send({ op: GatewayOpcodes.Hello, d: { heartbeat_interval: heartbeatIntervalMs }, s: null, t: null });
  } else {
    webSocket.close(GatewayCloseCodes.InvalidAPIVersion);
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
