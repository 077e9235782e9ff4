/**
 * Which network addresses a picture may be fetched from: public ones, and any other only where the list of origins names it
 * itself. Judged on the address a socket connects to, never on how a URL writes it.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Everything public in IPv6 lies here (IANA IPv6 Global Unicast Address Assignments). */
const GLOBAL_IPV6: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse('2000::'), 3];
/** Reached from inside Azure only, although its number is public: metadata and DHCP of the host. */
const AZURE_HOST = '168.63.129.16';

/**
 * Whether an address is one of the open internet. Private, loopback, link-local (cloud metadata), shared (CGNAT),
 * multicast and reserved ones are not, nor is any that carries an IPv4 address in it: mapped, NAT64, 6to4, Teredo, ISATAP.
 */
export function isPublic(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  if (parsed instanceof ipaddr.IPv4) return parsed.toString() !== AZURE_HOST;
  return parsed.zoneId === undefined && parsed.match(GLOBAL_IPV6) && !isIsatap(parsed);
}

/** RFC 5214: an interface identifier 0000:5efe or 0200:5efe before an IPv4 address. */
const isIsatap = ({ parts }: ipaddr.IPv6): boolean => ((parts[4] ?? 0) & 0xfdff) === 0 && parts[5] === 0x5efe;

const isLoopback = (address: string): boolean => isIP(address) !== 0 && ipaddr.parse(address).range() === 'loopback';

/** RFC 6761: these names mean this machine and nothing else. */
const isLocalhost = (hostname: string): boolean => /(^|\.)localhost$/.test(hostname);

/**
 * Whether a connection for the listed `hostname` may go to `address`: a listed number to itself, localhost to loopback, any
 * other name to public addresses.
 */
export function mayReach(hostname: string, address: string): boolean {
  if (isIP(hostname) !== 0) {
    return isIP(address) !== 0 && ipaddr.parse(hostname).toString() === ipaddr.parse(address).toString();
  }
  return isLocalhost(hostname) ? isLoopback(address) : isPublic(address);
}
