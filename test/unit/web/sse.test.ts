import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { frame, openEventStream } from '../../../web/sse.ts';

describe('frame', () => {
  it('ends with an empty line and keeps line breaks inside the JSON', () => {
    expect(frame('progress', { text: 'two\nlines\r\n\n' })).toBe(
      'event: progress\ndata: {"text":"two\\nlines\\r\\n\\n"}\n\n',
    );
  });
});

/** A response whose reader can be slow. */
function responseLike({ highWaterMark = 1024 } = {}) {
  const body = new PassThrough({ highWaterMark });
  const written: string[] = [];
  const response = Object.assign(body, { writeHead: () => response });
  const write = body.write.bind(body);
  response.write = ((text: string) => {
    written.push(text);
    return write(text);
  }) as typeof body.write;
  return { response: response as never, written, body };
}

describe('openEventStream', () => {
  it('sends, finishes once and says nothing after it', () => {
    const { response, written, body } = responseLike();
    const stream = openEventStream(response, {});
    stream.send('progress', { stage: 'encoding' });
    stream.finish('outcome', { ok: true });
    stream.send('progress', { stage: 'encoding' });
    stream.finish('outcome', { ok: false });
    expect(written.filter((text) => text.startsWith('event:'))).toEqual([
      frame('progress', { stage: 'encoding' }),
      frame('outcome', { ok: true }),
    ]);
    expect(body.writableEnded).toBe(true);
  });

  it('leaves interim events out for a reader who is far behind, but never the end', () => {
    const { response, written } = responseLike();
    const stream = openEventStream(response, {});
    for (let n = 0; n < 200; n += 1) stream.send('progress', { stage: 'answering', text: 'x'.repeat(1_000) });
    stream.finish('outcome', { ok: true });
    expect(written.length).toBeLessThan(100);
    expect(written.at(-1)).toContain('outcome');
  });
});
