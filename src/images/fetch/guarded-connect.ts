/**
 * Connections to listed origins only, and only to addresses these may have. A name is resolved once, here, and the socket
 * gets what was checked, so that a name which resolves differently a moment later changes nothing (DNS rebinding).
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { mayReach } from './address.ts';
import { refusal } from './origins.ts';
import { boundReply } from './reply-bound.ts';

/** All addresses of a name, as `dns.lookup` gives them. */
export type Resolve = (
  hostname: string,
  answer: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

const resolveBySystem: Resolve = (hostname, answer) => systemLookup(hostname, { all: true }, answer);

interface GuardedConnectOptions {
  readonly origins: ReadonlySet<string>;
  readonly timeoutMs: number;
  /** Of one reply as the network brings it: headers, framing and all. */
  readonly replyBytes: number;
  readonly resolve?: Resolve | undefined;
}

export function guardedConnect({
  origins,
  timeoutMs,
  replyBytes,
  resolve = resolveBySystem,
}: GuardedConnectOptions): buildConnector.connector {
  const lookup: LookupFunction = (hostname, { all }, answer) =>
    resolve(hostname, (error, addresses) => {
      if (error) return answer(error, '');
      const reachable = addresses.filter(({ address }) => mayReach(hostname, address));
      const [first] = reachable;
      if (!first) return answer(refusal(`${hostname} leads to a private network`), '');
      return all ? answer(null, reachable) : answer(null, first.address, first.family);
    });
  const connect = buildConnector({ allowH2: false, timeout: timeoutMs, lookup });

  return (options, answer) => {
    const { protocol, host = '', hostname } = options;
    // A number is not looked up, so it is looked at here.
    const reachable = isIP(hostname) === 0 || mayReach(hostname, hostname);
    if (!reachable || !origins.has(`${protocol}//${host}`)) return answer(refusal(hostname), null);
    return connect(options, (error, socket) => {
      if (!socket) return answer(error ?? new Error('No socket and no error. This is a bug.'), null);
      if (!mayReach(hostname, socket.remoteAddress ?? '')) {
        socket.destroy();
        return answer(refusal(hostname), null);
      }
      boundReply(socket, replyBytes);
      return answer(null, socket);
    });
  };
}
