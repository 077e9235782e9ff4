/**
 * A request body in memory, bounded in bytes while it streams in, and in patience: a peer that sends slower than a
 * picture could ever be useful at is cut, however steadily it trickles.
 * @throws SightlineError what `tooLarge` gives, `upload_too_slow`, `cancelled`
 */
import type { IncomingMessage } from 'node:http';
import { SightlineError } from '#core/errors.ts';

export interface BodyLimits {
  readonly maxBytes: number;
  /** What a larger body is told. */
  readonly tooLarge: () => SightlineError;
  /** No rate is asked for before this. */
  readonly graceMs: number;
  readonly minBytesPerSecond: number;
}

/** The stream is left unread, not destroyed, on failure: destroying it would take the reply with it. */
export function readBody(stream: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  const { maxBytes, tooLarge, graceMs, minBytesPerSecond } = limits;
  if (Number(stream.headers['content-length'] ?? 0) > maxBytes) return Promise.reject(tooLarge());

  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let received = 0;
    const startedAt = performance.now();

    const settle = (error?: SightlineError) => {
      clearInterval(patience);
      stream.off('data', take).off('end', settle).off('close', hangUp);
      if (!error) return resolve(Buffer.concat(chunks, received));
      stream.pause();
      reject(error);
    };
    const take = (chunk: Buffer) => {
      received += chunk.length;
      if (received > maxBytes) return settle(tooLarge());
      chunks.push(chunk);
    };
    const hangUp = () => settle(new SightlineError('cancelled'));
    const patience = setInterval(() => {
      const elapsedMs = performance.now() - startedAt;
      const tooSlow = elapsedMs > graceMs && received < (elapsedMs / 1000) * minBytesPerSecond;
      if (tooSlow) settle(new SightlineError('upload_too_slow'));
    }, graceMs / 4);

    stream.on('data', take).on('end', settle).on('close', hangUp).on('error', hangUp);
  });
}
