/**
 * Ways to write an address that should not be fetched from: every internal address in every notation, tricks of URLs, and
 * names that resolve to something internal.
 */

const INTERNAL_IPV4 = [
  '127.0.0.1',
  '127.1.2.3',
  '0.0.0.0',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '100.100.100.200',
  '169.254.169.254',
  '168.63.129.16',
  '192.0.0.192',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
] as const;

const INTERNAL_IPV6 = [
  '::',
  '::1',
  'fe80::1',
  'fec0::1',
  'fc00::1',
  'fd00:ec2::254',
  'ff02::1',
  '100::1',
  '2001:db8::1',
  '2001:10::1',
  '5f00::1',
] as const;

const octets = (address: string) => address.split('.').map(Number);
const number = (address: string) => octets(address).reduce((sum, octet) => sum * 256 + octet, 0);
const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
const pair = (a = 0, b = 0) => hex(a * 256 + b, 4);
const words = (address: string) => {
  const [a, b, c, d] = octets(address);
  return [pair(a, b), pair(c, d)] as const;
};
const fullWidth = (text: string) =>
  [...text].map((char) => (char === '.' ? '。' : String.fromCodePoint(char.charCodeAt(0) + 0xfee0))).join('');
const circled = (text: string) => text.replace(/[1-9]/g, (digit) => String.fromCodePoint(0x2460 + Number(digit) - 1));

/** One IPv4 address as hosts of URLs write it. */
const NOTATIONS: readonly ((address: string) => string)[] = [
  (address) => address,
  (address) => `${address}.`,
  (address) => String(number(address)),
  (address) => `0x${hex(number(address), 8)}`,
  (address) => `0${number(address).toString(8)}`,
  (address) =>
    octets(address)
      .map((octet) => `0x${hex(octet, 2)}`)
      .join('.'),
  (address) =>
    octets(address)
      .map((octet) => `0${octet.toString(8)}`)
      .join('.'),
  (address) =>
    octets(address)
      .map((octet) => `0000${octet.toString(8)}`)
      .join('.'),
  (address) => `${octets(address)[0]}.${number(address) % 2 ** 24}`,
  (address) => `${octets(address).slice(0, 2).join('.')}.${number(address) % 2 ** 16}`,
  (address) => `0x${hex(octets(address)[0] ?? 0, 2)}.${number(address) % 2 ** 24}`,
  fullWidth,
  circled,
  (address) => [...address].map((char) => `%${hex(char.charCodeAt(0), 2)}`).join(''),
];

/** One IPv4 address inside IPv6 ones. */
const CARRIERS: readonly ((address: string) => string)[] = [
  (address) => `::${address}`,
  (address) => `::ffff:${address}`,
  (address) => `::ffff:${words(address).join(':')}`,
  (address) => `0:0:0:0:0:ffff:${words(address).join(':')}`,
  (address) => `::ffff:0:${address}`,
  (address) => `64:ff9b::${address}`,
  (address) => `64:ff9b:1::${address}`,
  (address) => `2002:${words(address).join(':')}::1`,
  (address) => `2001:0:${words(address).join(':')}::1`,
  (address) => `2606:4700::5efe:${words(address).join(':')}`,
  (address) => `2606:4700::200:5efe:${words(address).join(':')}`,
];

/** Internal addresses as a name may resolve to them. */
export const INTERNAL_ADDRESSES: readonly string[] = [
  ...INTERNAL_IPV4,
  ...INTERNAL_IPV6,
  ...INTERNAL_IPV4.flatMap((address) => CARRIERS.map((carry) => carry(address))),
];

/** Hosts of URLs that lead to something internal. */
export const INTERNAL_HOSTS: readonly string[] = [
  ...INTERNAL_IPV4.flatMap((address) => NOTATIONS.map((write) => write(address))),
  ...[...INTERNAL_IPV6, ...INTERNAL_IPV4.flatMap((address) => CARRIERS.map((carry) => carry(address)))].map(
    (address) => `[${address}]`,
  ),
  'localhost',
  'LOCALHOST.',
  'metadata.google.internal',
  'instance-data',
  'kubernetes.default.svc',
  'host.docker.internal',
];

/** Addresses that look like `origin` ("http://host:port"), or pass as something else, and are not on the list. */
export const lookAlikes = (origin: string, port: number): readonly string[] => {
  const { host, protocol } = new URL(origin);
  const other = `127.0.0.1:${port}`;
  return [
    `${protocol}//${host}@${other}/`,
    `${protocol}//user@${host}/`,
    `${protocol}//user:secret@${host}/`,
    `${protocol}//:secret@${host}/`,
    `${protocol}//${other}#@${host}/`,
    `${protocol}//${other}?@${host}/`,
    `${protocol}//${other}\\@${host}/`,
    `${protocol}//${host}%40${other}/`,
    `${protocol}//${host}.${other}/`,
    `${protocol}//${host}%00.${other}/`,
    `${protocol}\\\\${other}\\`,
    `\t${protocol}//${other}/`,
    `${protocol}//${other.replace('.', '.\n')}/`,
    `${protocol}///${other}/`,
    `${protocol}${other}/`,
    `//${other}/`,
    `https://${host}/`,
    `${protocol}//${host.replace(/:\d+$/, '')}/`,
    `${protocol}//${host.replace(/:\d+$/, `:${port}`)}/`,
    `ftp://${host}/`,
    `ws://${host}/`,
    `gopher://${other}/_GET`,
    `file:///etc/passwd`,
    `file://${host}/etc/passwd`,
    `data:image/png;base64,AAAA`,
    `javascript:fetch('http://${other}')`,
    `blob:${origin}/id`,
    `unix:/var/run/docker.sock`,
    `http+unix://%2Fvar%2Frun%2Fdocker.sock/`,
    `https://cdn.discordapp.com.example.org/`,
    `https://cdn.discordapp.com./`,
    `https://cdn.discordapp.com:8443/`,
    `http://cdn.discordapp.com/`,
    `https://cdn-discordapp.com/`,
    `https://cdn.dıscordapp.com/`,
    `https://cdn.disсordapp.com/`,
    `https://cdn.discordapp.com@${other}/`,
    `https://${other}\\cdn.discordapp.com/`,
    '',
    ' ',
    'picture.png',
    `${origin}/${'a'.repeat(3_000)}`,
  ];
};
