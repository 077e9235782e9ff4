import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { wholeLines } from '../../../../cli/mcp/whole-lines.ts';

const through = async (chunks: readonly string[], maxBytes = 100) => {
  let out = '';
  const lines = wholeLines(maxBytes);
  Readable.from(chunks.map((chunk) => Buffer.from(chunk))).pipe(lines);
  for await (const chunk of lines) out += String(chunk);
  return out;
};

describe('wholeLines', () => {
  it('passes on what ends, however it came in', async () => {
    expect(await through(['{"a"', ':1', '}\n'])).toBe('{"a":1}\n');
    expect(await through(['a\nb\nc', 'd\n', 'e'])).toBe('a\nb\ncd\n');
  });

  it('ends when one line is too long, and only then', async () => {
    expect(await through(['aaaaa\n', 'aaaaa\n'], 8)).toBe('aaaaa\naaaaa\n');
    await expect(through(['aaaaa', 'aaaaa'], 8)).rejects.toThrow(/at most 8 bytes/);
  });
});
