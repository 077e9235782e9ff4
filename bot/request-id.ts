/**
 * The id of an ask derives from the event that asked: the same event delivered twice is one ask. It fits a nonce (25
 * characters), which keeps its answer from being posted twice.
 */

/** Of a message that mentions the bot, of an interaction, of a picture described without being asked, and of asking its author. */
const PREFIX = { message: 'bm', interaction: 'bi', auto: 'ba', question: 'bq' } as const;
/** An ask with refreshed links goes through the queue once more, for the same reply. */
const AGAIN = '-r';
/** Job ids and nonces need eight characters; a server of one's own may count from 1. */
const DIGITS = 8;

export const requestIdOf = (kind: keyof typeof PREFIX, id: string): string =>
  `${PREFIX[kind]}${id.padStart(DIGITS, '0')}`;

/** A message whose pictures have changed is described anew: the same message, another time. */
export const roundOf = (requestId: string, round: number): string =>
  round === 1 ? requestId : `${requestId}-${round}`;
export const isAuto = (requestId: string): boolean => requestId.startsWith(PREFIX.auto);

export const refreshedId = (requestId: string): string => requestId + AGAIN;
export const isRefreshed = (requestId: string): boolean => requestId.endsWith(AGAIN);
/** The one that the person's reply belongs to. */
export const ownId = (requestId: string): string =>
  isRefreshed(requestId) ? requestId.slice(0, -AGAIN.length) : requestId;
/** The Discord id of the event that asked. */
export const eventOf = (requestId: string): string => /\d+/.exec(requestId)?.[0].replace(/^0+(?=\d)/, '') ?? '0';
