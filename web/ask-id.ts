/**
 * The id of an ask from the room: when it was asked, and 128 random bits. Any web process can tell from it when to give
 * the ask up without looking anywhere, and nobody can guess another person's.
 */
import { randomBytes } from 'node:crypto';
import { RequestId } from '#core/ask.ts';
import { SightlineError } from '#core/errors.ts';
import { LIMITS } from '#core/limits.ts';

const SHAPE = /^web-([0-9a-z]{8,9})-[A-Za-z0-9_-]{22}$/;

/** After its deadline an ask has this long to be told by the worker itself. */
const GRACE_MS = 5_000;

export const newAskId = (askedAt: number): string =>
  `web-${askedAt.toString(36)}-${randomBytes(16).toString('base64url')}`;

/** @throws SightlineError `not_found` */
export function parseAskId(id: unknown): { id: string; giveUpAt: number } {
  const [, askedAt] = SHAPE.exec(String(id)) ?? [];
  if (askedAt === undefined) throw new SightlineError('not_found');
  return { id: RequestId.parse(id), giveUpAt: Number.parseInt(askedAt, 36) + LIMITS.askDeadlineMs + GRACE_MS };
}
