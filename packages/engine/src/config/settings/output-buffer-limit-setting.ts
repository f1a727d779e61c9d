// `client-output-buffer-limit`: how much may wait for a client of each class before the client is dropped. An
// assignment names the classes it changes; the others keep their limits.
import type { SpecialDirective } from '../directive.ts';
import { formatMemory, parseIntegerPrefix, parseMemory } from '../parse-number.ts';
import { type Assignment, type RewriteLine, type Setting, ValueSetting } from './setting.ts';

export type ClientClass = 'normal' | 'replica' | 'pubsub';

/** Bytes and seconds; a limit of zero bytes is no limit. */
export interface OutputBufferLimit {
  readonly hardBytes: bigint;
  readonly softBytes: bigint;
  readonly softSeconds: number;
}

export type OutputBufferLimits = Readonly<Record<ClientClass, OutputBufferLimit>>;

const MEBIBYTE = 1024n * 1024n;
const CLASSES: readonly ClientClass[] = ['normal', 'replica', 'pubsub'];
const DEFAULT_LIMITS: OutputBufferLimits = {
  normal: { hardBytes: 0n, softBytes: 0n, softSeconds: 0 },
  replica: { hardBytes: 256n * MEBIBYTE, softBytes: 64n * MEBIBYTE, softSeconds: 60 },
  pubsub: { hardBytes: 32n * MEBIBYTE, softBytes: 8n * MEBIBYTE, softSeconds: 60 },
};

export class OutputBufferLimitSetting extends ValueSetting<OutputBufferLimits> implements Setting {
  readonly directive: SpecialDirective;

  constructor(directive: SpecialDirective) {
    super(DEFAULT_LIMITS);
    this.directive = directive;
  }

  assign(args: readonly string[]): Assignment {
    if (args.length % 4 !== 0) return { refused: 'Wrong number of arguments in buffer limit configuration.' };
    const limits = { ...this.value };
    for (let at = 0; at < args.length; at += 4) {
      const name = findClass(args[at]);
      if (name === undefined) return { refused: 'Invalid client class specified in buffer limit configuration.' };
      const limit = parseLimit(args[at + 1], args[at + 2], args[at + 3]);
      if (limit === undefined) {
        return { refused: 'Error in hard, soft or soft_seconds setting in buffer limit configuration.' };
      }
      limits[name] = limit;
    }
    this.value = limits;
    return 'changed';
  }

  findObstacle(): undefined {}

  print(): string {
    const print = (name: ClientClass, { hardBytes, softBytes, softSeconds }: OutputBufferLimit): string =>
      `${name === 'replica' ? 'slave' : name} ${hardBytes} ${softBytes} ${softSeconds}`;
    return CLASSES.map((name) => print(name, this.value[name])).join(' ');
  }

  rewrite(): readonly RewriteLine[] {
    return CLASSES.map((name) => {
      const { hardBytes, softBytes, softSeconds } = this.value[name];
      const standard = DEFAULT_LIMITS[name];
      const limits = `${formatMemory(hardBytes)} ${formatMemory(softBytes)} ${softSeconds}`;
      const same =
        hardBytes === standard.hardBytes && softBytes === standard.softBytes && softSeconds === standard.softSeconds;
      return { text: `${this.directive.name} ${name} ${limits}`, force: !same };
    });
  }
}

function findClass(name: string): ClientClass | undefined {
  const word = name.toLowerCase();
  return word === 'slave' ? 'replica' : CLASSES.find((known) => known === word);
}

function parseLimit(hard: string, soft: string, seconds: string): OutputBufferLimit | undefined {
  const hardBytes = parseMemory(hard);
  const softBytes = parseMemory(soft);
  const { value, rest } = parseIntegerPrefix(seconds);
  const softSeconds = Number(BigInt.asIntN(32, value));
  if (hardBytes === undefined || softBytes === undefined || softSeconds < 0 || rest !== '') return undefined;
  return { hardBytes, softBytes, softSeconds };
}
