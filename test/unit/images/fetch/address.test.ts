import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPublic, mayReach } from '#images/fetch/address.ts';

describe('isPublic', () => {
  it.each([
    '1.1.1.1',
    '162.159.133.233',
    '172.15.255.255',
    '172.32.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '169.253.255.255',
    '192.167.255.255',
    '223.255.255.255',
    '2606:4700:7::a29f:85e9',
    '2a00:1450:4001:82f::200e',
  ])('%s is', (address) => expect(isPublic(address)).toBe(true));

  it.each([
    '',
    'example.org',
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.255.255.254',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.192',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:1.1.1.1',
    '::ffff:0:127.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b::1.1.1.1',
    '64:ff9b:1::1',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    '2606:4700::5efe:7f00:1',
    '2606:4700::200:5efe:7f00:1',
    '3fff::1',
    '5f00::1',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fe80::1%eth0',
    '2606:4700::1%eth0',
    'fec0::1',
    'ff02::1',
    '4000::1',
  ])('"%s" is not', (address) => expect(isPublic(address)).toBe(false));

  it('never is, of any address that carries a private one', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    const forms = [
      '::',
      '::ffff:',
      '::ffff:0:',
      '64:ff9b::',
      '64:ff9b:1::',
      '2606:4700::5efe:',
      '2606:4700::200:5efe:',
    ];
    fc.assert(
      fc.property(byte, byte, byte, fc.constantFrom(...forms), (b, c, d, form) => {
        expect(isPublic(`10.${b}.${c}.${d}`)).toBe(false);
        expect(isPublic(`${form}10.${b}.${c}.${d}`)).toBe(false);
      }),
    );
  });
});

describe('mayReach', () => {
  it('lets a listed number reach itself, however it is written, and nothing else', () => {
    expect(mayReach('10.0.0.5', '10.0.0.5')).toBe(true);
    expect(mayReach('::1', '0:0:0:0:0:0:0:1')).toBe(true);
    expect(mayReach('10.0.0.5', '10.0.0.6')).toBe(false);
    expect(mayReach('1.1.1.1', '1.0.0.1')).toBe(false);
    expect(mayReach('10.0.0.5', '')).toBe(false);
  });

  it('lets localhost reach loopback only, and other names public addresses only', () => {
    expect(mayReach('localhost', '127.0.0.1')).toBe(true);
    expect(mayReach('pictures.localhost', '::1')).toBe(true);
    expect(mayReach('localhost', '10.0.0.1')).toBe(false);
    expect(mayReach('localhost', '1.1.1.1')).toBe(false);
    expect(mayReach('localhost.example.org', '127.0.0.1')).toBe(false);
    expect(mayReach('notlocalhost', '127.0.0.1')).toBe(false);
    expect(mayReach('example.org', '1.1.1.1')).toBe(true);
  });
});
