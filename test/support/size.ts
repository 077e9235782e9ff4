/** Sizes of reliability tests: small by default, those of the release with `SIZE=release`. */
export const RELEASE = process.env.SIZE === 'release';

export const sized = <T>(small: T, release: T): T => (RELEASE ? release : small);
