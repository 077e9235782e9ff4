/** A way to Redis that stands still from a certain command on, as a network that hangs does, until it is released. */
import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

export interface SlowRedis {
  readonly url: string;
  /** Whether the command has come, and is held. */
  holding(): boolean;
  /** Lets what was held through, in its order. */
  release(): void;
  close(): void;
}

/** @param words the bytes that make a command the one to stop at */
export async function slowRedis(socketPath: string, words: string): Promise<SlowRedis> {
  const sockets: Socket[] = [];
  let held: { readonly upstream: Socket; readonly chunk: Buffer }[] | undefined;
  let released = false;
  const server = createServer((client) => {
    const upstream = createConnection(socketPath);
    sockets.push(client, upstream);
    upstream.on('error', () => {}).pipe(client);
    client
      .on('error', () => {})
      .on('data', (chunk) => {
        if (!released && (held || chunk.includes(words))) {
          held ??= [];
          held.push({ upstream, chunk });
        } else upstream.write(chunk);
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `redis://127.0.0.1:${port}`,
    holding: () => held !== undefined,
    release() {
      released = true;
      for (const { upstream, chunk } of held ?? []) upstream.write(chunk);
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
