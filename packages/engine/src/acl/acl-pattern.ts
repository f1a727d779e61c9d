// A key pattern of a selector, matched on the bytes of a command's argument. Exact names, `*` and `prefix*` (nearly all
// patterns in practice) are compared byte by byte; anything else is the general glob.
import { globMatch } from '../encodings/glob-match.ts';
import { type AclArguments, READ, WRITE } from './acl-command.ts';

const SPECIAL = /[*?[\\]/;

export class KeyPattern {
  readonly pattern: string;
  /** READ and WRITE bits: what it allows. */
  readonly access: number;
  readonly #literal: Uint8Array | undefined;
  readonly #isPrefix: boolean;

  constructor(pattern: string, access: number) {
    this.pattern = pattern;
    this.access = access;
    const head = pattern.replace(/\*+$/, '');
    this.#isPrefix = head.length < pattern.length;
    this.#literal = SPECIAL.test(head) ? undefined : Buffer.from(head, 'latin1');
  }

  /** As the rule that makes it. */
  get rule(): string {
    if (this.access === (READ | WRITE)) return `~${this.pattern}`;
    return this.access === READ ? `%R~${this.pattern}` : `%W~${this.pattern}`;
  }

  matches(args: AclArguments, index: number): boolean {
    const bytes = args.bytesOf(index);
    const start = args.starts[index];
    const length = args.lengths[index];
    const literal = this.#literal;
    if (literal === undefined) return globMatch(this.pattern, args.text(index));
    // Nothing but the empty pattern matches the empty key.
    if (length === 0) return this.pattern === '';
    if (this.#isPrefix ? length < literal.length : length !== literal.length) return false;
    for (let i = 0; i < literal.length; i++) if (bytes[start + i] !== literal[i]) return false;
    return true;
  }
}

/** Whether one of `patterns` covers a channel; a pattern to subscribe to has to be listed as it is. */
export function isChannelAllowed(patterns: readonly string[], channel: string, isPattern: boolean): boolean {
  if (isPattern) return patterns.includes(channel);
  return patterns.some((pattern) => globMatch(pattern, channel));
}
