import { describe, expect, it } from 'vitest';
import { isLoopbackAddress, knownHost, sameOrigin } from '../../../web/origin.ts';

describe('sameOrigin', () => {
  it.each([
    ['the page itself', { host: '127.0.0.1:4646', origin: 'http://127.0.0.1:4646', 'sec-fetch-site': 'same-origin' }],
    ['a program without an origin', { host: '127.0.0.1:4646' }],
    ['the page behind a proxy that ends TLS', { host: 'room.example', origin: 'https://room.example' }],
    ['a host in capitals', { host: 'ROOM.example', origin: 'https://room.example' }],
  ])('lets in %s', (_, headers) => {
    expect(sameOrigin(headers)).toBe(true);
  });

  it.each([
    ['another site', { host: '127.0.0.1:4646', origin: 'https://evil.example' }],
    ['another port', { host: '127.0.0.1:4646', origin: 'http://127.0.0.1:8080' }],
    ['a sandboxed frame', { host: '127.0.0.1:4646', origin: 'null' }],
    ['a name that starts like ours', { host: 'room.example', origin: 'https://room.example.evil.example' }],
    ['a cross-site request without an origin', { host: 'room.example', 'sec-fetch-site': 'cross-site' }],
    ['a sibling site', { host: 'room.example', 'sec-fetch-site': 'same-site' }],
  ])('keeps out %s', (_, headers) => {
    expect(sameOrigin(headers)).toBe(false);
  });
});

describe('knownHost', () => {
  it.each(['127.0.0.1:4646', 'localhost:4646', 'localhost', '[::1]:4646', '127.8.9.1', 'room.localhost:1'])(
    'a room on loopback answers to %s',
    (host) => expect(knownHost({ host }, true)).toBe(true),
  );

  it.each(['evil.example:4646', 'localhost.evil.example', '127.0.0.1.evil.example', 'evil.example/localhost'])(
    'a room on loopback does not answer to %s',
    (host) => expect(knownHost({ host }, true)).toBe(false),
  );

  it('a public room answers to any name, and to none without one', () => {
    expect(knownHost({ host: 'room.example' }, false)).toBe(true);
    expect(knownHost({}, false)).toBe(false);
  });
});

it('tells loopback addresses', () => {
  expect(['127.0.0.1', 'localhost', '::1'].every(isLoopbackAddress)).toBe(true);
  expect(['0.0.0.0', '::', '192.168.1.2', 'room.example'].some(isLoopbackAddress)).toBe(false);
});
