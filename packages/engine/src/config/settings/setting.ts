// One directive with its present value: what every kind of setting can do. The typed value itself is a field of each
// class; this interface is what CONFIG GET, SET and REWRITE and the file loader need, whatever the type.
import type { Directive } from '../directive.ts';

/** What became of an assignment. A refusal carries the reason in the original's words and leaves the value as it was. */
export type Assignment = 'changed' | 'unchanged' | { readonly refused: string };

/** A line for the rewritten file. One that is not forced replaces an existing line but is never added. */
export interface RewriteLine {
  readonly text: string;
  readonly force: boolean;
}

export interface Setting {
  readonly directive: Directive;
  /** Takes new values. From a file, some settings add to what earlier lines said. */
  assign(args: readonly string[], fromFile: boolean): Assignment;
  /** Why the present value cannot be put into effect at run time; undefined when it can. */
  findObstacle(): string | undefined;
  /** The value as CONFIG GET shows it. */
  print(): string;
  /** Returns a function that puts the present value back. */
  remember(): () => void;
  /**
   * The lines that stand for the value. None removes existing lines of the directive; undefined leaves them untouched.
   */
  rewrite(): readonly RewriteLine[] | undefined;
}

/** A setting under one of its names; an alias is an entry of its own for the same setting. */
export interface Entry {
  readonly name: string;
  readonly setting: Setting;
}

/** The arguments in one CONFIG SET value: blanks separate them where a directive takes several. */
export function splitValue(directive: Directive, value: string): string[] {
  if (directive.multipleArguments !== true) return [value];
  return value === '' ? [] : value.split(' ');
}

/** Keeps one immutable value and can go back to it; what most settings are built on. */
export abstract class ValueSetting<Value> {
  value: Value;

  constructor(value: Value) {
    this.value = value;
  }

  remember(): () => void {
    const before = this.value;
    return () => {
      this.value = before;
    };
  }
}
