import { describe, expect, it } from 'vitest';
import { connect, unixUrl } from '#queue/connection.ts';
import { AnswerJob, AskJob, answerJobId, askJobId } from '#queue/jobs.ts';
import { anAnswer, anAsk } from '#test/asks.ts';

describe('jobs', () => {
  it('survive the way through Redis', () => {
    const ask = anAsk({ conversation: [{ question: 'who?', answer: 'a cat' }] });
    expect(AskJob.parse(JSON.parse(JSON.stringify(ask)))).toEqual(ask);
    const answer = { requestId: ask.id, replyTo: 'there', outcome: { ok: true, answer: anAnswer(ask.id) } };
    expect(AnswerJob.parse(JSON.parse(JSON.stringify(answer)))).toEqual(answer);
  });

  it('with a failure that only a newer worker knows are a failure all the same', () => {
    const answer = { requestId: anAsk().id, replyTo: 'there', outcome: { ok: false, code: 'of_tomorrow' } };
    expect(AnswerJob.parse(answer).outcome).toEqual({ ok: false, code: 'internal' });
  });

  it('have ids of their request, without the colon that BullMQ keeps for itself', () => {
    const { id } = anAsk();
    expect([askJobId(id), answerJobId(id)]).toEqual([`ask-${id}`, `answer-${id}`]);
  });

  it.each([
    ['an unknown surface', { surface: 'fax' }],
    ['no picture', { image: undefined }],
    ['an id with a colon', { id: 'a:b:c:d:e' }],
    ['a question beyond the limit', { question: 'x'.repeat(10_000) }],
    ['a question before beyond the limit', { conversation: [{ question: 'x'.repeat(4_001), answer: 'a cat' }] }],
    ['an answer before beyond the limit', { conversation: [{ question: 'who?', answer: 'x'.repeat(4_001) }] }],
  ])('with %s are refused', (_, changes) => {
    expect(AskJob.safeParse({ ...anAsk(), ...changes }).success).toBe(false);
  });
});

describe('connections', () => {
  it.each(['/run/redis.sock', '/run/with space/ümlaut?#%/redis.sock'])('reach the socket %s by URL', (path) => {
    const redis = connect(unixUrl(path), { role: 'subscriber' });
    redis.disconnect();
    expect(redis.options.path).toBe(path);
  });
});
