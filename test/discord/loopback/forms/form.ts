/** Collects what is wrong with a request's fields and refuses with all of it at once, in the shape Discord documents (50035). */
import { Refusal } from '../rest/refusal.ts';

type Key = string | number;
interface Group {
  _errors?: { code: string; message: string }[];
  [key: string]: Group | Group['_errors'];
}

export interface Form {
  fail(path: readonly Key[], code: string, message: string): void;
  /** A string of `min` to `max` characters, surrounding white space left out as Discord trims it. */
  text(path: readonly Key[], value: unknown, min: number, max: number): void;
  count(path: readonly Key[], list: unknown, min: number, max: number): void;
  required(path: readonly Key[], value: unknown): boolean;
  number(path: readonly Key[], value: unknown, min: number, max: number): void;
  /** Refuses with 50035 if anything failed. */
  check(): void;
}

export const lengthOf = (text: string): number => [...text.trim()].length;

export function createForm(): Form {
  const root: Group = {};
  let failed = false;

  function fail(path: readonly Key[], code: string, message: string): void {
    failed = true;
    let group = root;
    for (const key of path) {
      const inner = (group[String(key)] ?? {}) as Group;
      group[String(key)] = inner;
      group = inner;
    }
    group._errors = [...(group._errors ?? []), { code, message }];
  }

  function bounds(path: readonly Key[], size: number, min: number, max: number): void {
    if (min === 0 && size > max) {
      fail(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`);
    } else if (size < min || size > max) {
      fail(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`);
    }
  }

  function required(path: readonly Key[], value: unknown): boolean {
    if (value !== undefined && value !== null) return true;
    fail(path, 'BASE_TYPE_REQUIRED', 'This field is required');
    return false;
  }

  return {
    fail,
    required,
    text(path, value, min, max) {
      if (value === undefined || value === null) {
        if (min > 0) required(path, value);
      } else if (typeof value !== 'string') {
        fail(path, 'STRING_TYPE_CONVERT', `Could not interpret "${String(value)}" as string.`);
      } else {
        bounds(path, lengthOf(value), min, max);
      }
    },
    count(path, list, min, max) {
      if (list === undefined || list === null) {
        if (min > 0) required(path, list);
      } else if (!Array.isArray(list)) {
        fail(path, 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType');
      } else {
        bounds(path, list.length, min, max);
      }
    },
    number(path, value, min, max) {
      if (value === undefined || value === null) return;
      if (typeof value !== 'number') fail(path, 'NUMBER_TYPE_COERCE', `Value "${String(value)}" is not int.`);
      else if (value < min) fail(path, 'NUMBER_TYPE_MIN', `int value should be greater than or equal to ${min}.`);
      else if (value > max) fail(path, 'NUMBER_TYPE_MAX', `int value should be less than or equal to ${max}.`);
    },
    check() {
      if (failed) throw new Refusal('invalidForm', root);
    },
  };
}
