import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { LIMITS } from '#core/limits.ts';
import { bytesFrom, bytesFromDataUrl, nameOfSource } from '#images/source.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-source-'));
afterAll(() => rmSync(folder, { recursive: true }));

const nothing = Readable.from([]);
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

describe('a file', () => {
  it('is read whole', async () => {
    const path = join(folder, 'a.png');
    writeFileSync(path, 'abc');
    expect(text(await bytesFrom(path, nothing))).toBe('abc');
  });

  it('that is not there, or is a folder, is named', async () => {
    await expect(bytesFrom('no/such.png', nothing)).rejects.toMatchObject({
      code: 'image_not_found',
      message: 'There is no readable file at no/such.png. Check the path.',
    });
    await expect(bytesFrom(folder, nothing)).rejects.toMatchObject({ detail: `${folder} (a folder)` });
  });

  it('that is too large is not read', async () => {
    const path = join(folder, 'large.png');
    writeFileSync(path, new Uint8Array(LIMITS.imageBytes + 1));
    await expect(bytesFrom(path, nothing)).rejects.toMatchObject({ code: 'image_too_many_bytes' });
  });
});

describe('a stream', () => {
  it('is read to its end', async () => {
    expect(text(await bytesFrom('-', Readable.from([Buffer.from('ab'), Buffer.from('c')])))).toBe('abc');
  });

  it('that never ends is cut at the limit and closed', async () => {
    const endless = Readable.from(
      (function* () {
        while (true) yield new Uint8Array(1024 * 1024);
      })(),
    );
    await expect(bytesFrom('-', endless)).rejects.toMatchObject({ code: 'image_too_many_bytes' });
    expect(endless.destroyed).toBe(true);
  });
});

describe('a data URL', () => {
  it('that is no base64, as it says, is refused in words', () => {
    for (const data of ['!!!!', 'aGk*', 'a=Gk', '{"a": 1}']) {
      expect(() => bytesFromDataUrl(`data:image/png;base64,${data}`)).toThrow(/data URL is not valid/);
    }
    expect(text(bytesFromDataUrl('data:;base64,_-8\n='))).toBe('\u00ff\u00ef');
  });

  it.each([
    ['data:image/png;base64,aGk=', 'hi'],
    ['DATA:;base64,aGk', 'hi'],
    ['data:image/png;base64,aGk%3D', 'hi'],
    ['data:text/plain,a%20b', 'a b'],
    ['data:,', ''],
  ])('%s', async (url, expected) => {
    expect(text(await bytesFrom(url, nothing))).toBe(expected);
  });

  it('without a comma is not understood', () => {
    expect(() => bytesFromDataUrl('data:image/png;base64')).toThrow('comma');
  });

  it('that is too long is not decoded', async () => {
    const url = `data:;base64,${'A'.repeat((LIMITS.imageBytes * 4) / 3 + 100)}`;
    await expect(bytesFrom(url, nothing)).rejects.toMatchObject({ code: 'image_too_many_bytes' });
  });

  it('is not repeated in messages', () => {
    expect([nameOfSource('-'), nameOfSource('data:,x'), nameOfSource('a.png')]).toEqual([
      'standard input',
      'the data URL',
      'a.png',
    ]);
  });
});
