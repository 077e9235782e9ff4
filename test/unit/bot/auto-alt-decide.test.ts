/** Automatic alt text as a machine: each step by itself, and what holds after any series of steps. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Action, decide, type Event, type Note, type Picture, type Seen } from '../../../bot/auto-alt/decide.ts';

const picture = (number: number): Picture => ({ id: `p${number}`, number });
const seen = (changes: Partial<Seen> = {}): Seen => ({
  ...{ channelId: 'c', guildId: 'g', authorId: 'a', undescribed: [picture(1)] },
  ...{ wished: true, mustAskAuthor: false, waitSeconds: 60 },
  ...changes,
});
const note = (changes: Partial<Note> = {}): Note => ({
  ...{ channelId: 'c', guildId: 'g', authorId: 'a', stage: 'waiting', pictures: [], round: 1 },
  ...changes,
});
const remove = (postId: string): Action => ({ do: 'remove-post', channelId: 'c', postId });
const described = note({ stage: 'described', pictures: [picture(1)], postId: 'post' });

describe('one step', () => {
  it.each<[string, Event, Note | undefined, Partial<Note> | undefined, Action[]]>([
    [
      'waits with a new picture',
      { kind: 'posted', seen: seen() },
      undefined,
      { stage: 'waiting' },
      [{ do: 'wait', seconds: 60 }],
    ],
    ['leaves a described one', { kind: 'posted', seen: seen({ undescribed: [] }) }, undefined, undefined, []],
    ['leaves one that is not wished', { kind: 'posted', seen: seen({ wished: false }) }, undefined, undefined, []],
    ['begins once', { kind: 'posted', seen: seen() }, described, described, []],
    [
      'describes when its turn comes',
      { kind: 'due', seen: seen() },
      note(),
      { stage: 'describing', pictures: [picture(1)] },
      [{ do: 'describe', pictures: [picture(1)] }],
    ],
    ['leaves what was described meanwhile', { kind: 'due', seen: seen({ undescribed: [] }) }, note(), undefined, []],
    [
      'asks the author',
      { kind: 'due', seen: seen({ mustAskAuthor: true }) },
      note(),
      { stage: 'asking' },
      [{ do: 'wait', seconds: 600 }, { do: 'ask-author' }],
    ],
    [
      'asks for ten minutes and no longer',
      { kind: 'due', seen: seen({ mustAskAuthor: true }) },
      note({ stage: 'asking', postId: 'question' }),
      undefined,
      [remove('question')],
    ],
    [
      'goes on when the author agrees',
      { kind: 'allowed' },
      note({ stage: 'asking', postId: 'question' }),
      { stage: 'waiting', allowed: true },
      [remove('question'), { do: 'wait', seconds: 0 }],
    ],
    [
      'does not ask again then',
      { kind: 'due', seen: seen({ mustAskAuthor: true }) },
      note({ allowed: true }),
      { stage: 'describing' },
      [{ do: 'describe', pictures: [picture(1)] }],
    ],
    [
      'ends when the author refuses',
      { kind: 'refused' },
      note({ stage: 'asking', postId: 'q' }),
      undefined,
      [remove('q')],
    ],
    ['takes a late question back', { kind: 'asked', channelId: 'c', postId: 'q' }, undefined, undefined, [remove('q')]],
    [
      'takes a late answer back',
      { kind: 'described', channelId: 'c', postId: 'x' },
      undefined,
      undefined,
      [remove('x')],
    ],
    [
      'notes what describes it',
      { kind: 'described', channelId: 'c', postId: 'post' },
      note({ stage: 'describing', pictures: [picture(1)] }),
      described,
      [],
    ],
    ['goes with the message', { kind: 'deleted' }, described, undefined, [remove('post')]],
    ['stays as long as nothing changes', { kind: 'edited', seen: seen() }, described, described, []],
    [
      "goes for the author's own words",
      { kind: 'edited', seen: seen({ undescribed: [] }) },
      described,
      undefined,
      [remove('post')],
    ],
    ['goes for #noalt', { kind: 'edited', seen: seen({ wished: false }) }, described, undefined, [remove('post')]],
    [
      'begins anew with what is left',
      { kind: 'edited', seen: seen({ undescribed: [picture(2)] }) },
      note({ ...described, pictures: [picture(1), picture(2)] }),
      { stage: 'waiting', round: 2 },
      [remove('post'), { do: 'wait', seconds: 60 }],
    ],
    [
      'describes again what may have been lost',
      { kind: 'due', seen: seen() },
      note({ stage: 'describing', pictures: [picture(1)] }),
      { stage: 'describing' },
      [{ do: 'describe', pictures: [picture(1)] }],
    ],
  ])('%s', (_, event, before, after, actions) => {
    const decision = decide(event, before);
    expect(decision.actions).toEqual(actions);
    if (after === undefined) expect(decision.note).toBeUndefined();
    else expect(decision.note).toMatchObject(after);
  });
});

describe('any series of steps', () => {
  const seens = fc.record({
    undescribed: fc.subarray([picture(1), picture(2)]),
    wished: fc.boolean(),
    mustAskAuthor: fc.boolean(),
  });
  const steps = fc.array(
    fc.oneof(
      fc.tuple(fc.constantFrom('posted', 'edited', 'due' as const), seens),
      fc.tuple(fc.constantFrom('deleted', 'allowed', 'refused', 'failed', 'asked', 'described' as const), seens),
    ),
    { maxLength: 40 },
  );

  it('never describes what is not wished or not allowed, and leaves no message of ours behind', () => {
    fc.assert(
      fc.property(steps, (series) => {
        let current: Note | undefined;
        const standing = new Set<string>();
        let posts = 0;
        for (const [kind, state] of series) {
          const allowed = current?.allowed === true;
          let event: Event;
          if (kind === 'asked' || kind === 'described') {
            posts += 1;
            standing.add(`post${posts}`);
            event = { kind, channelId: 'c', postId: `post${posts}` };
          } else if (kind === 'posted' || kind === 'edited' || kind === 'due') event = { kind, seen: seen(state) };
          else event = { kind } as Event;
          // Each of our messages is told of once; a second one beside the first could not have been made.
          if (current?.postId !== undefined && (kind === 'asked' || kind === 'described')) {
            standing.delete(`post${posts}`);
            continue;
          }
          const { note: next, actions } = decide(event, current);
          for (const action of actions) {
            if (action.do === 'remove-post') standing.delete(action.postId);
            if (action.do === 'describe' && current?.stage === 'waiting') {
              expect(state.wished && (!state.mustAskAuthor || allowed)).toBe(true);
              expect(action.pictures).toEqual(state.undescribed);
            }
          }
          current = next;
          expect([...standing]).toEqual(current?.postId === undefined ? [] : [current.postId]);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
