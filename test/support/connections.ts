/** What this process connects to, seen at its sockets and not at URLs: every attempt, and what it read. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

export interface Connections {
  /** Each attempt as "address port". */
  readonly attempts: readonly string[];
  readonly sockets: readonly Socket[];
  stop(): void;
}

export function watchConnections(): Connections {
  const attempts: string[] = [];
  const sockets: Socket[] = [];
  const watch = (message: unknown) => {
    const { socket } = message as { socket: Socket };
    sockets.push(socket);
    socket.on('connectionAttempt', (address, port) => void attempts.push(`${address} ${port}`));
  };
  subscribe('net.client.socket', watch);
  return { attempts, sockets, stop: () => void unsubscribe('net.client.socket', watch) };
}
