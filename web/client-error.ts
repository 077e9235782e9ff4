/**
 * What never became a request (no HTTP, headers too large or too slow), answered in the shape of every other error. Nothing
 * of Fastify or of Node's response is there yet: bytes go straight to the socket.
 */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ERRORS, type ErrorCode } from '#core/errors.ts';
import { errorReply } from './error-reply.ts';

const told = (reason: string | undefined): { code: ErrorCode; detail?: string } => {
  if (reason === 'ERR_HTTP_REQUEST_TIMEOUT') return { code: 'upload_too_slow' };
  if (reason === 'HPE_HEADER_OVERFLOW') return { code: 'bad_request', detail: 'its headers are too large' };
  return { code: 'bad_request', detail: 'it is no HTTP' };
};

export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  // The peer is gone already.
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const { code, detail } = told(error.code);
  const { httpStatus } = ERRORS[code];
  const body = JSON.stringify(errorReply(code, detail));
  const head = [
    `HTTP/1.1 ${httpStatus} ${STATUS_CODES[httpStatus]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  if (socket.writable) socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}
