/** PRIVACY.md says what the code does: times by their constants, what is kept of a thumb by its schema, and each kind of key. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '#core/limits.ts';
import { Feedback } from '#store/feedback.ts';
import { DEFAULT_GUILD_SETTINGS, DEFAULT_SETTINGS } from '#store/settings.ts';
import { KEYS, TTL_SECONDS } from '../../../bot/keys.ts';

const page = readFileSync(new URL('../../../PRIVACY.md', import.meta.url), 'utf8');
/** The last column of the row that begins so. */
const time = (beginning: string): string => {
  const row = page.split('\n').find((line) => line.startsWith(`| ${beginning}`));
  return row?.split('|').at(-2)?.trim() ?? `no row "${beginning}"`;
};

it('keeps nothing by default', () => {
  expect(DEFAULT_SETTINGS.autoAlt.on).toBe(false);
});

describe('the times of the table', () => {
  it.each([
    ['pictures you ask about', LIMITS.uploadTtlSeconds, 3_600, 'until an hour after the last question'],
    ['what you asked and where', TTL_SECONDS.ask, 3_600, 'an hour'],
    ['a question about your picture', TTL_SECONDS.held, 3_600, 'an hour'],
    ['which message of the bot answers', TTL_SECONDS.posted, 86_400, 'a day'],
    ['pictures that wait to be described', TTL_SECONDS.altNote, 86_400, 'a day at most'],
    ['the token', TTL_SECONDS.form, 900, 'a quarter of an hour'],
  ])('%s', (row, seconds, expected, words) => {
    expect([seconds, time(row)]).toEqual([expected, words]);
  });

  it('name what a server keeps unless it is changed', () => {
    const { feedbackDays, autoAltDays } = DEFAULT_GUILD_SETTINGS.retention;
    expect(time('your 👍 and 👎')).toContain(`${feedbackDays} days unless changed`);
    expect(time('which message of the bot describes')).toContain(`${autoAltDays} days unless changed`);
  });
});

it('names all that is kept of a thumb', () => {
  const named = {
    userId: 'your user id',
    requestId: "the request's id",
    guildId: 'the server',
    vote: 'your vote',
    task: 'the task',
    question: 'the question',
    answer: 'the answer',
    modelId: 'the model',
    confidence: 'how sure it was',
    givenAt: 'the time',
  };
  expect(Object.keys(named).sort()).toEqual(Object.keys(Feedback.shape).sort());
  const sentence = /Kept of a thumb are:[^.]*\./.exec(page)?.[0] ?? '';
  for (const words of Object.values(named)) expect(sentence).toContain(words);
});

it('knows every kind of key that the bot keeps: a new one needs its row', () => {
  expect(Object.keys(KEYS).sort()).toEqual(
    [
      ...['token', 'form', 'ask', 'held', 'answerOf', 'posted', 'altNote', 'altDue'],
      // Numbers and locks, and which commands Discord knows: nobody's.
      ...['pen', 'registered', 'underWay', 'recent', 'coolDown'],
    ].sort(),
  );
});
