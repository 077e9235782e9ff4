/** Peers that do everything HTTP forbids or merely allows: `/<kind>` chooses. Raw sockets, on a free port of 127.0.0.1. */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNK = Buffer.alloc(64 * 1024, 'x');

/** Writes as fast as the socket takes it, for ever. */
function flood(socket: Socket, bytes: Buffer | string): void {
  const more = () => {
    while (!socket.destroyed && socket.write(bytes));
  };
  socket.on('drain', more);
  more();
}

function trickle(socket: Socket, bytes: string, everyMs: number): void {
  const timer = setInterval(() => socket.write(bytes), everyMs);
  socket.on('close', () => clearInterval(timer));
}

interface Peer {
  readonly answer: (socket: Socket, everyMs: number) => void;
  /** Sends little and takes long, rather than the other way round. */
  readonly slow: boolean;
}

const slow = (answer: Peer['answer']): Peer => ({ answer, slow: true });
const fast = (answer: Peer['answer']): Peer => ({ answer, slow: false });

export const HOSTILE_PEERS: Readonly<Record<string, Peer>> = {
  silent: slow(() => {}),
  'headers-trickle': slow((socket, everyMs) => {
    socket.write(OK);
    trickle(socket, 'x: y\r\n', everyMs);
  }),
  'body-trickle': slow((socket, everyMs) => {
    socket.write(`${OK}content-length: 1000000\r\n\r\n`);
    trickle(socket, 'x', everyMs);
  }),
  'chunk-trickle': slow((socket, everyMs) => {
    socket.write(`${OK}transfer-encoding: chunked\r\n\r\n`);
    trickle(socket, '1\r\nx\r\n', everyMs);
  }),
  'length-too-long': slow((socket) => void socket.write(`${OK}content-length: 1000000\r\n\r\nxxxx`)),
  'early-hints': slow((socket, everyMs) => trickle(socket, 'HTTP/1.1 103 Early Hints\r\n\r\n', everyMs)),
  'redirect-slowly': slow((socket, everyMs) => {
    setTimeout(
      () => socket.write('HTTP/1.1 302 Found\r\nlocation: /redirect-slowly\r\ncontent-length: 0\r\n\r\n'),
      everyMs,
    );
  }),
  busy: slow((socket) => void socket.write('HTTP/1.1 503 No\r\nretry-after: 1\r\ncontent-length: 0\r\n\r\n')),
  'endless-body': fast((socket) => {
    socket.write(`${OK}\r\n`);
    flood(socket, CHUNK);
  }),
  'endless-chunks': fast((socket) => {
    socket.write(`${OK}transfer-encoding: chunked\r\n\r\n`);
    flood(socket, `1000\r\n${'x'.repeat(0x1000)}\r\n`);
  }),
  'endless-chunk-size': fast((socket) => {
    socket.write(`${OK}transfer-encoding: chunked\r\n\r\n1;`);
    flood(socket, CHUNK);
  }),
  'endless-headers': fast((socket) => {
    socket.write(OK);
    flood(socket, `x: ${'y'.repeat(1_000)}\r\n`);
  }),
  'endless-redirect': fast((socket) => {
    socket.write('HTTP/1.1 302 Found\r\nlocation: /silent\r\n\r\n');
    flood(socket, CHUNK);
  }),
  'length-too-short': fast((socket) => void socket.write(`${OK}content-length: 10\r\n\r\n${'x'.repeat(100_000)}`)),
  'length-negative': fast((socket) => void socket.write(`${OK}content-length: -1\r\n\r\nx`)),
  'two-lengths': fast((socket) => void socket.write(`${OK}content-length: 1\r\ncontent-length: 2\r\n\r\nxx`)),
  'cut-off': fast((socket) => {
    socket.end(`${OK}content-length: 1000000\r\n\r\nxxxx`);
  }),
  'compression-bomb': fast((socket) => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024));
    socket.write(`${OK}content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n\r\n`);
    socket.write(bomb);
  }),
  'no-http': fast((socket) => void socket.end('SSH-2.0-OpenSSH_9.2\r\n')),
};

export async function hostileServer(everyMs: number): Promise<{ readonly origin: string }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (request) => {
      const kind = /^GET \/([\w-]+)/.exec(request.toString('latin1'))?.[1] ?? '';
      HOSTILE_PEERS[kind]?.answer(socket, everyMs);
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((done) => server.close(done));
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
