import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { SightlineError } from '#core/errors.ts';
import { readBody } from '../../../web/read-body.ts';

const tooLarge = () => new SightlineError('image_too_many_bytes');
const LIMITS = { maxBytes: 100, tooLarge, graceMs: 40, minBytesPerSecond: 1_000 };
const request = (headers: object = {}) =>
  Object.assign(new PassThrough(), { headers }) as PassThrough & IncomingMessage;
const failing = (code: string) => expect.objectContaining({ code });

describe('readBody', () => {
  it('joins what comes in pieces', async () => {
    const stream = request();
    stream.write('pic');
    stream.end('ture');
    expect(String(await readBody(stream, LIMITS))).toBe('picture');
  });

  it('refuses a length that is told to be too large before reading', async () => {
    await expect(readBody(request({ 'content-length': '101' }), LIMITS)).rejects.toEqual(
      failing('image_too_many_bytes'),
    );
  });

  it('counts by itself when the length is not told, or told wrongly', async () => {
    const stream = request({ 'content-length': '5' });
    const body = readBody(stream, LIMITS);
    stream.write(Buffer.alloc(60));
    stream.write(Buffer.alloc(60));
    await expect(body).rejects.toEqual(failing('image_too_many_bytes'));
    expect(stream.destroyed).toBe(false);
  });

  it('cuts a peer that trickles, however steadily', async () => {
    const stream = request();
    const trickle = setInterval(() => stream.write('x'), 5);
    await expect(readBody(stream, LIMITS)).rejects.toEqual(failing('upload_too_slow'));
    clearInterval(trickle);
  });

  it('ends when the peer hangs up', async () => {
    const stream = request();
    const body = readBody(stream, LIMITS);
    stream.destroy();
    await expect(body).rejects.toEqual(failing('cancelled'));
  });
});
