/**
 * Who may talk to the room. A page of another site can make a visitor's browser send requests here, and can point its
 * own name at 127.0.0.1 (DNS rebinding); both are told apart by the headers that a page cannot choose.
 */
import type { IncomingHttpHeaders } from 'node:http';

const LOOPBACK_NAME = /^(localhost|[\w-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

export const isLoopbackAddress = (host: string): boolean => /^(localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);

/** A room on loopback answers to loopback names only: any other name was made to point here. */
export const knownHost = (headers: IncomingHttpHeaders, loopback: boolean): boolean =>
  headers.host !== undefined && (!loopback || LOOPBACK_NAME.test(headers.host));

/**
 * A change is accepted from the room's own page, or from a program (curl) that sends no `Origin` at all.
 * Only the host is compared: behind a proxy that ends TLS the schemes differ.
 */
export function sameOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (headers.origin === undefined) return true;
  if (!URL.canParse(headers.origin)) return false;
  return new URL(headers.origin).host === headers.host?.toLowerCase();
}
