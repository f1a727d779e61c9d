// `replicaof`: the primary that this server follows. Files set it at start and REPLICAOF later, through `follow`;
// CONFIG SET may not.
import type { SpecialDirective } from '../directive.ts';
import { parseIntegerPrefix } from '../parse-number.ts';
import { type Assignment, type RewriteLine, type Setting, ValueSetting } from './setting.ts';

export interface PrimaryAddress {
  readonly host: string;
  readonly port: number;
}

const PORT_MAX = 65535n;

/** The value is undefined while this server is a primary. */
export class ReplicaOfSetting extends ValueSetting<PrimaryAddress | undefined> implements Setting {
  readonly directive: SpecialDirective;

  constructor(directive: SpecialDirective) {
    super(undefined);
    this.directive = directive;
  }

  assign(args: readonly string[]): Assignment {
    if (args.length !== 2) return { refused: 'wrong number of arguments' };
    const [host, portText] = args;
    if (host.toLowerCase() === 'no' && portText.toLowerCase() === 'one') {
      this.value = undefined;
      return 'changed';
    }
    const { value, rest } = parseIntegerPrefix(portText);
    if (rest !== '' || value < 0n || value > PORT_MAX) return { refused: 'Invalid primary port' };
    this.value = { host, port: Number(value) };
    return 'changed';
  }

  /** What REPLICAOF does: follow `primary`, or nobody. */
  follow(primary: PrimaryAddress | undefined): void {
    this.value = primary;
  }

  findObstacle(): undefined {}

  print(): string {
    return this.value === undefined ? '' : `${this.value.host} ${this.value.port}`;
  }

  rewrite(): readonly RewriteLine[] {
    return this.value === undefined ? [] : [{ text: `${this.directive.name} ${this.print()}`, force: true }];
  }
}
