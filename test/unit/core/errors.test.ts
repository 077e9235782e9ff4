import { describe, expect, it } from 'vitest';
import { asSightlineError, ERRORS, type ErrorCode, SightlineError, sentenceFor } from '#core/errors.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];

describe('the error table', () => {
  it.each(codes)('%s has a sentence with and without detail', (code) => {
    for (const sentence of [sentenceFor(code), sentenceFor(code, 'some detail')]) {
      expect(sentence).not.toMatch(/[{}]|\( *\)|undefined/);
      expect(sentence).toMatch(/\.$/);
    }
  });

  it('does not read a pattern in the detail', () => {
    expect(sentenceFor('unsupported_image', '$&')).toContain('$&');
  });
});

describe('asSightlineError', () => {
  it('keeps ours and wraps others with their cause', () => {
    const ours = new SightlineError('no_question');
    const theirs = new TypeError('boom');
    expect(asSightlineError(ours)).toBe(ours);
    expect(asSightlineError(theirs, 'inference_failed')).toMatchObject({ code: 'inference_failed', cause: theirs });
    expect(asSightlineError(theirs).message).not.toContain('boom');
  });
});
