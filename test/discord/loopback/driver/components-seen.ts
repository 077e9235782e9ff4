/** Finds what a person can press or choose on a message, by its label, emoji, placeholder or custom id. */
import { ComponentType } from 'discord-api-types/v10';
import type { MessageRecord } from '../world/records.ts';

export interface Pressable {
  readonly type: number;
  readonly custom_id: string;
  readonly label?: string;
  readonly placeholder?: string;
  readonly emoji?: { readonly name?: string };
  readonly disabled?: boolean;
  readonly options?: readonly { readonly label: string; readonly value: string }[];
  readonly min_values?: number;
  readonly max_values?: number;
}

export function pressables(components: readonly unknown[]): Pressable[] {
  return components.flatMap((component) => {
    const { components: inner = [], accessory, custom_id } = component as Record<string, unknown>;
    const nested = pressables([...(inner as unknown[]), ...(accessory ? [accessory] : [])]);
    return custom_id === undefined ? nested : [component as Pressable, ...nested];
  });
}

export function findPressable(message: MessageRecord, name: string, select: boolean): Pressable {
  if (message.deleted) throw new Error('The message is deleted: nothing to press');
  const all = pressables(message.components).filter(({ type }) => (type === ComponentType.Button) !== select);
  const found = all.find((one) => [one.label, one.placeholder, one.custom_id, one.emoji?.name].includes(name));
  const names = all.map(({ label, placeholder, emoji, custom_id }) => label ?? placeholder ?? emoji?.name ?? custom_id);
  if (!found) throw new Error(`The message offers no "${name}", only: ${names.join(', ') || 'nothing'}`);
  if (found.disabled) throw new Error(`"${name}" is switched off`);
  return found;
}
