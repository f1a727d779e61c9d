// `dir`: the process's working directory, where data files lie. The value is not kept here: setting it changes the
// directory at once and reading it asks the system, so that relative paths mean the same everywhere.
import type { SpecialDirective } from '../directive.ts';
import { quoteArgument } from '../split-arguments.ts';
import type { Assignment, RewriteLine, Setting } from './setting.ts';

/** The working directory of the process, as binary strings. */
export interface WorkingDirectory {
  current(): string;
  /** Says why in the system's words when the change is impossible. */
  change(path: string): string | undefined;
}

export class DirectorySetting implements Setting {
  readonly directive: SpecialDirective;
  readonly #directory: WorkingDirectory;

  constructor(directive: SpecialDirective, directory: WorkingDirectory) {
    this.directive = directive;
    this.#directory = directory;
  }

  assign(args: readonly string[]): Assignment {
    if (args.length !== 1) return { refused: 'wrong number of arguments' };
    if (args[0] === '') return { refused: "dir can't be empty" };
    const refused = this.#directory.change(args[0]);
    return refused === undefined ? 'changed' : { refused };
  }

  findObstacle(): undefined {}

  print(): string {
    return this.#directory.current();
  }

  remember(): () => void {
    const before = this.print();
    return () => {
      this.#directory.change(before);
    };
  }

  rewrite(): readonly RewriteLine[] {
    return [{ text: `${this.directive.name} ${quoteArgument(this.print())}`, force: true }];
  }
}
