/** How payloads travel: plain text, each deflated (`compress` in identify), or one zlib stream for the whole connection. */
import { constants, createDeflate, deflateSync } from 'node:zlib';
import type { WebSocket } from 'ws';

export interface Wire {
  send(payload: object): void;
  /** From the next payload on, each is deflated by itself. */
  compressEach(): void;
}

function createStreamWire(socket: WebSocket): Wire {
  const deflate = createDeflate({ flush: constants.Z_SYNC_FLUSH });
  let chunks: Buffer[] = [];
  deflate.on('data', (chunk: Buffer) => chunks.push(chunk));
  return {
    send(payload) {
      deflate.write(JSON.stringify(payload));
      deflate.flush(constants.Z_SYNC_FLUSH, () => {
        const message = Buffer.concat(chunks);
        chunks = [];
        if (message.length > 0) socket.send(message);
      });
    },
    // Discord ignores payload compression on a compressed transport.
    compressEach: () => undefined,
  };
}

export function createWire(socket: WebSocket, compress: string | null): Wire {
  if (compress === 'zlib-stream') return createStreamWire(socket);
  let each = false;
  return {
    send(payload) {
      const text = JSON.stringify(payload);
      socket.send(each ? deflateSync(text) : text);
    },
    compressEach() {
      each = true;
    },
  };
}
