/**
 * Where somebody is in the settings panel, as it stands in the `custom_id` of each control: "settings:wait:alt:123" is the control
 * `wait` on the page `alt` of the channel 123. The panel itself remembers nothing.
 */
import { z } from 'zod';
import { Snowflake, Use } from '#store/settings.ts';
import { customId, wordsOf } from '../commands/command.ts';

export const PageName = z.enum(['server', 'access', 'limits', 'channel', 'alt', 'privacy']);
export type PageName = z.infer<typeof PageName>;

export interface Page {
  readonly name: PageName;
  /** Of `channel` and `alt`. */
  readonly channelId?: string | undefined;
  /** Of `access`. */
  readonly use?: Use | undefined;
}

const CONTROLS = [
  ...(['page', 'pick-channel', 'pick-use', 'language', 'style', 'length', 'roles', 'channels'] as const),
  ...(['per-minute', 'in-flight', 'server-in-flight', 'answers', 'ask-authors', 'reset'] as const),
  ...(['alt-on', 'alt-ask', 'alt-quiet', 'wait', 'feedback-days', 'alt-days'] as const),
] as const;
export const Control = z.enum(CONTROLS);
export type Control = z.infer<typeof Control>;

export const ACTION = 'settings';
const NONE = '-';

export const controlId = (control: Control, { name, channelId, use }: Page): string =>
  customId(ACTION, control, name, channelId ?? use ?? NONE);

/** Undefined when it is not one of ours, or of an older version. */
export function readControl(id: string): { readonly control: Control; readonly page: Page } | undefined {
  const [, control, pageName, subject] = wordsOf(id);
  const name = PageName.safeParse(pageName);
  const known = Control.safeParse(control);
  if (!name.success || !known.success) return undefined;
  return {
    control: known.data,
    page: { name: name.data, channelId: Snowflake.safeParse(subject).data, use: Use.safeParse(subject).data },
  };
}
