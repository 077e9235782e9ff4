/**
 * Automatic alt text as a state machine: what has happened to a message, and what was noted of it, in; the new note and what is to
 * be done, out. Nothing here knows of Discord, Redis or a clock.
 */
import { z } from 'zod';

/** An attachment, and which of the message's pictures it is. */
export const Picture = z.object({ id: z.string(), number: z.number().int() });
export type Picture = z.infer<typeof Picture>;

export const Note = z.object({
  channelId: z.string(),
  guildId: z.string(),
  authorId: z.string(),
  /** Waiting for the author's own words; asking the author; describing; described. */
  stage: z.enum(['waiting', 'asking', 'describing', 'described']),
  /** The pictures that are being described or are. */
  pictures: z.array(Picture),
  /** Our message that asks the author, or that describes. */
  postId: z.string().optional(),
  /** How often this message has been begun with: each time is an ask of its own. */
  round: z.number().int().positive(),
  /** The author has been asked and agreed. */
  allowed: z.boolean().optional(),
});
export type Note = z.infer<typeof Note>;

/** A message as it stands now. */
export interface Seen {
  readonly channelId: string;
  readonly guildId: string;
  readonly authorId: string;
  /** Its pictures without a description. */
  readonly undescribed: readonly Picture[];
  /** On in this channel, not opted out of, no #noalt. */
  readonly wished: boolean;
  readonly mustAskAuthor: boolean;
  readonly waitSeconds: number;
}

/** A message of ours. */
export interface Post {
  readonly channelId: string;
  readonly postId: string;
}

export type Event =
  | { readonly kind: 'posted' | 'edited' | 'due'; readonly seen: Seen }
  /** The message is gone, or an earlier question or description was taken away with it. */
  | { readonly kind: 'deleted' }
  | { readonly kind: 'allowed' | 'refused' }
  /** Our question to the author stands. */
  | ({ readonly kind: 'asked' } & Post)
  /** An answer came: our message with it stands; or none did. */
  | ({ readonly kind: 'described' } & Post)
  | { readonly kind: 'failed' };

export type Action =
  /** Look again then. */
  | { readonly do: 'wait'; readonly seconds: number }
  | { readonly do: 'ask-author' }
  | { readonly do: 'describe'; readonly pictures: readonly Picture[] }
  | ({ readonly do: 'remove-post' } & Post);

export interface Decision {
  /** Undefined: nothing is remembered of the message. */
  readonly note: Note | undefined;
  readonly actions: readonly Action[];
}

/** An author who has not answered by then was not there; the question goes. */
export const QUESTION_SECONDS = 600;
/** A message that changes for ever is left alone in the end. */
const MOST_ROUNDS = 5;

const NOTHING: Decision = { note: undefined, actions: [] };
const same = (a: readonly Picture[], b: readonly Picture[]) =>
  a.length === b.length && a.every(({ id }) => b.some((each) => each.id === id));
const removal = ({ channelId, postId }: Post): Action => ({ do: 'remove-post', channelId, postId });
const takeAway = ({ channelId, postId }: Note): Action[] =>
  postId === undefined ? [] : [removal({ channelId, postId })];

export function decide(event: Event, note: Note | undefined): Decision {
  switch (event.kind) {
    case 'posted':
      // Discord may tell of a message twice.
      return note ? { note, actions: [] } : begin(event.seen, 1);
    case 'edited':
      return edited(event.seen, note);
    case 'due':
      return due(event.seen, note);
    case 'deleted':
    case 'refused':
    case 'failed':
      return note ? { note: undefined, actions: takeAway(note) } : NOTHING;
    case 'allowed':
      // Looked at once more, as the pictures may have changed meanwhile.
      if (note?.stage !== 'asking') return { note, actions: [] };
      return {
        note: { ...withoutPost(note), stage: 'waiting', allowed: true },
        actions: [...takeAway(note), { do: 'wait', seconds: 0 }],
      };
    case 'asked':
      // Deleted or answered meanwhile: nothing is left to ask.
      if (note?.stage !== 'asking') return { note, actions: [removal(event)] };
      return { note: { ...note, postId: event.postId }, actions: [] };
    case 'described':
      // The message went or changed while the model looked: so does what was just said about it.
      if (note?.stage !== 'describing') return { note, actions: [removal(event)] };
      return { note: { ...note, stage: 'described', postId: event.postId }, actions: [] };
  }
}

function begin(seen: Seen, round: number): Decision {
  if (!seen.wished || seen.undescribed.length === 0 || round > MOST_ROUNDS) return NOTHING;
  const { channelId, guildId, authorId, waitSeconds } = seen;
  return {
    note: { channelId, guildId, authorId, stage: 'waiting', pictures: [], round },
    actions: [{ do: 'wait', seconds: waitSeconds }],
  };
}

/** What is described must be exactly what lacks a description; else it goes, and what is left is begun with anew. */
function edited(seen: Seen, note: Note | undefined): Decision {
  if (!note) return NOTHING;
  const stands = seen.wished && seen.undescribed.length > 0;
  if (note.stage === 'waiting') return stands ? { note, actions: [] } : NOTHING;
  if (note.stage === 'asking' && stands) return { note, actions: [] };
  if (stands && same(seen.undescribed, note.pictures)) return { note, actions: [] };
  const again = begin(seen, note.round + 1);
  return { note: again.note, actions: [...takeAway(note), ...again.actions] };
}

function due(seen: Seen, note: Note | undefined): Decision {
  if (!note) return NOTHING;
  if (!seen.wished || seen.undescribed.length === 0) return { note: undefined, actions: takeAway(note) };
  // Asked for long enough.
  if (note.stage === 'asking') return { note: undefined, actions: takeAway(note) };
  if (note.stage === 'described') return { note, actions: [] };
  // Whoever put the ask into the queue may have died over it; twice is one ask.
  if (note.stage === 'describing') return { note, actions: [{ do: 'describe', pictures: note.pictures }] };
  if (seen.mustAskAuthor && !note.allowed) {
    return {
      note: { ...note, stage: 'asking' },
      actions: [{ do: 'wait', seconds: QUESTION_SECONDS }, { do: 'ask-author' }],
    };
  }
  const pictures = [...seen.undescribed];
  return { note: { ...note, stage: 'describing', pictures }, actions: [{ do: 'describe', pictures }] };
}

function withoutPost({ postId: _, ...note }: Note): Note {
  return note;
}
