/**
 * A bound on the bytes of one reply at its socket. A body is counted where it is read, but chunk extensions, early hints and
 * what else HTTP lets a peer say at length never get there. Connections are kept for further requests, so each request
 * starts the count anew; undici tells of it on a documented diagnostics channel.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { unreachable } from './unreachable.ts';

/** What a socket had read when its latest request was sent. */
const readBefore = new WeakMap<Socket, number>();

subscribe('undici:client:sendHeaders', (message) => {
  const { socket } = message as { socket: Socket };
  if (readBefore.has(socket)) readBefore.set(socket, socket.bytesRead);
});

export function boundReply(socket: Socket, maxBytes: number): void {
  readBefore.set(socket, socket.bytesRead);
  socket.on('readable', () => {
    if (socket.bytesRead - (readBefore.get(socket) ?? 0) > maxBytes) {
      socket.destroy(unreachable('its server sends without end'));
    }
  });
}
