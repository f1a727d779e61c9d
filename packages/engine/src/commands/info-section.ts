// The shape of a section of INFO, and how its fields are written.
import type { Services } from './services.ts';

export type InfoField = readonly [name: string, value: string | number | bigint];

export interface InfoSection {
  /** The names that ask for it, lower case; the first one is its own. */
  readonly names: readonly string[];
  readonly title: string;
  /** Part of INFO without arguments. */
  readonly isDefault: boolean;
  /** Shown only to who asks for it by name: not part of `all`. */
  readonly isHidden?: boolean;
  readonly fields: (services: Services) => readonly InfoField[];
}

const UNITS = ['K', 'M', 'G', 'T', 'P'];

/** Bytes as people read them: `919.70K`. */
export function humanBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${value.toFixed(2)}${UNITS[unit]}`;
}

/** 0 or 1. */
export function flag(value: boolean): number {
  return value ? 1 : 0;
}

/** `part` in percent of `whole`, with two digits; 0 where there is no whole. */
export function percent(part: number, whole: number): string {
  return (whole === 0 ? 0 : (part / whole) * 100).toFixed(2);
}
