/**
 * The keys that programs may come with. Kept and compared as hashes, every one of them each time, so that neither memory nor
 * timing tells anything about one.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { SightlineError } from '#core/errors.ts';

/** Fewer characters could be guessed. */
const LEAST_CHARACTERS = 16;

export interface ApiKeys {
  /** The name of the key in `Authorization`, which is no secret: "key 1"; undefined for none or a wrong one. */
  nameOf(authorization: string | undefined): string | undefined;
}

const hash = (key: string): Buffer => createHash('sha256').update(key).digest();

/**
 * @param list keys with commas between
 * @throws SightlineError `bad_configuration` for a key that is too short
 */
export function parseApiKeys(list: string | undefined): ApiKeys | undefined {
  const keys = (list ?? '').split(',').flatMap((key) => (key.trim() === '' ? [] : [key.trim()]));
  if (keys.length === 0) return undefined;
  if (keys.some(({ length }) => length < LEAST_CHARACTERS)) {
    throw new SightlineError('bad_configuration', {
      detail: `API_KEYS: a key has at least ${LEAST_CHARACTERS} characters; "openssl rand -hex 24" makes a good one`,
    });
  }
  const hashes = keys.map(hash);
  return {
    nameOf(authorization) {
      const given = hash(/^Bearer (.+)$/i.exec(authorization ?? '')?.[1]?.trim() ?? '');
      let found = -1;
      hashes.forEach((known, index) => {
        if (timingSafeEqual(known, given)) found = index;
      });
      return found < 0 ? undefined : `key ${found + 1}`;
    },
  };
}
