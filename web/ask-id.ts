/**
 * The ids of asks from the room: when it was asked, 128 random bits, and a signature by the fleet's key (docs/adr/0009). Any web
 * process can tell from one when to give the ask up and that it was handed out here, without looking anywhere; nobody can
 * guess another person's, and an invented one is refused before Redis hears of it.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { RequestId } from '#core/ask.ts';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';

const SHAPE = /^(web-([0-9a-z]{8,9})-[A-Za-z0-9_-]{22})-([A-Za-z0-9_-]{22})$/;
/** 132 bits of the HMAC: an id has 64 characters at most. */
const SIGNATURE_CHARACTERS = 22;

/** After its deadline an ask has this long to be told by the worker itself. */
const GRACE_MS = 5_000;

export interface AskIds {
  /** @throws SightlineError `redis_unavailable` as long as the key was never read */
  make(askedAt: number): Promise<string>;
  /** @throws SightlineError `not_found`, `redis_unavailable` */
  parse(id: unknown): Promise<{ id: string; giveUpAt: number }>;
}

/** @param fleetKey what all web processes of the fleet sign with; asked for until it is had */
export function createAskIds(fleetKey: () => Promise<string>): AskIds {
  let key: string | undefined;
  const signatureOf = async (text: string): Promise<string> => {
    key ??= await fleetKey();
    return createHmac('sha256', key).update(text).digest('base64url').slice(0, SIGNATURE_CHARACTERS);
  };
  return {
    async make(askedAt) {
      const text = `web-${askedAt.toString(36)}-${randomBytes(16).toString('base64url')}`;
      return `${text}-${await signatureOf(text)}`;
    },
    async parse(id) {
      const [, text, askedAt, signature] = SHAPE.exec(String(id)) ?? [];
      if (text === undefined || askedAt === undefined || signature === undefined) throw new SightlineError('not_found');
      if (!timingSafeEqual(Buffer.from(signature), Buffer.from(await signatureOf(text)))) {
        throw new SightlineError('not_found');
      }
      return { id: RequestId.parse(id), giveUpAt: Number.parseInt(askedAt, 36) + LIMITS.askDeadlineMs + GRACE_MS };
    },
  };
}
