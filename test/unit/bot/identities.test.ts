/** What travels as text and is read back: addresses, ids, answers in messages; and the figures in the docs. */
import { readFileSync } from 'node:fs';
import { PermissionFlagsBits } from 'discord.js';
import { describe, expect, it } from 'vitest';
import { RequestId } from '#core/ask.ts';
import { type Address, readAddress, writeAddress } from '../../../bot/address.ts';
import { intentsFor } from '../../../bot/client.ts';
import { inviteLink, PERMISSION_INTEGER, PERMISSIONS } from '../../../bot/invite.ts';
import { DISCORD } from '../../../bot/limits.ts';
import { answerOf } from '../../../bot/render/answer-text.ts';
import { eventOf, isRefreshed, ownId, refreshedId, requestIdOf } from '../../../bot/request-id.ts';

const ID = '1575183809807122433';
const LARGEST = '18446744073709551615';

describe('an address', () => {
  const whom = { channelId: ID, guildId: LARGEST, askerId: LARGEST, language: 'pt-BR' } as const;
  it.each<Address>([
    { kind: 'message', ...whom, messageId: LARGEST },
    { kind: 'interaction', ...whom, visibility: 'ephemeral', member: true },
    { kind: 'interaction', ...whom, guildId: undefined, visibility: 'public', member: false },
  ])('is read back as it was written, and fits: $kind', (address) => {
    const text = writeAddress(address);
    expect(readAddress(text)).toEqual(address);
    expect(text.length).toBeLessThanOrEqual(200);
  });

  it.each(['', 'm 1 2', 'x 1 - 2 en 3', `m ${ID} - ${ID} tlh ${ID}`])('of another kind is refused: "%s"', (text) => {
    expect(() => readAddress(text)).toThrow();
  });
});

describe('a request id', () => {
  it.each(['1', ID, LARGEST])('of event %s is an id, a nonce, and leads back', (event) => {
    const id = requestIdOf('interaction', event);
    expect(RequestId.parse(id)).toBe(id);
    expect(id.length).toBeLessThanOrEqual(DISCORD.nonceCharacters);
    expect(eventOf(id)).toBe(event);
    expect(ownId(refreshedId(id))).toBe(id);
    expect([isRefreshed(id), isRefreshed(refreshedId(id))]).toEqual([false, true]);
  });

  it('differs by kind', () => {
    const ids = (['message', 'interaction', 'auto'] as const).map((kind) => requestIdOf(kind, ID));
    expect(new Set(ids).size).toBe(3);
  });
});

describe('an answer in a message', () => {
  it('is read without quote, small print, block marks and escapes', () => {
    expect(answerOf('> what?\nA \\*red\\* boat\n-# Quite sure.')).toBe('A *red* boat');
    expect(answerOf('```\nTea\n5\n```\n-# Not sure.')).toBe('Tea 5');
  });
});

describe('docs/discord.md', () => {
  const text = readFileSync(new URL('../../../docs/discord.md', import.meta.url), 'utf8');

  it('has the permissions that are asked for, why, and their integer', () => {
    const rows = [...text.matchAll(/^\| [^|]+\(`(\w+)`\) \| (.+) \|$/gm)].map(([, name, why]) => [name, why]);
    expect(rows).toEqual(Object.entries(PERMISSIONS));
    expect(text.match(/\d{12}/g)?.every((integer) => integer === String(PERMISSION_INTEGER))).toBe(true);
    expect(inviteLink('APPLICATION_ID')).toBe(/^https:\/\/discord\.com\/oauth2\S+/m.exec(text)?.[0]);
  });

  it('never asks for the right to do everything', () => {
    expect(PERMISSION_INTEGER & PermissionFlagsBits.Administrator).toBe(0n);
  });

  it('names as many intents as are asked for', () => {
    const rows = [...text.matchAll(/^\| [\w ]+ \| (?:no|\*\*yes\*\*)/gm)];
    const count = (bits: number) => bits.toString(2).replaceAll('0', '').length;
    expect(rows).toHaveLength(count(intentsFor(true)));
    expect(count(intentsFor(true)) - count(intentsFor(false))).toBe(1);
  });
});
