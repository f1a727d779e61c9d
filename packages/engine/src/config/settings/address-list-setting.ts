// `bind` and `rdma-bind`: the addresses to listen on. A leading `-` allows an address to be missing on this machine,
// `*` and `::*` stand for all; what they mean is the transport's affair, here they are words.
import type { SpecialDirective } from '../directive.ts';
import { type Assignment, type RewriteLine, type Setting, ValueSetting } from './setting.ts';

const ADDRESSES_MAX = 16;

interface AddressListRules {
  readonly defaultValue: readonly string[];
  /** Left untouched by CONFIG REWRITE when empty, instead of being written as `""`. */
  readonly keepWhenEmpty: boolean;
  readonly obstacle?: string;
}

export class AddressListSetting extends ValueSetting<readonly string[]> implements Setting {
  readonly directive: SpecialDirective;
  readonly #rules: AddressListRules;

  constructor(directive: SpecialDirective, rules: AddressListRules) {
    super(rules.defaultValue);
    this.directive = directive;
    this.#rules = rules;
  }

  assign(args: readonly string[]): Assignment {
    if (args.length > ADDRESSES_MAX) return { refused: 'Too many bind addresses specified.' };
    this.value = args.length === 1 && args[0] === '' ? [] : args;
    return 'changed';
  }

  findObstacle(): string | undefined {
    return this.#rules.obstacle;
  }

  print(): string {
    return this.value.join(' ');
  }

  rewrite(): readonly RewriteLine[] | undefined {
    const { defaultValue, keepWhenEmpty } = this.#rules;
    if (keepWhenEmpty && this.value.length === 0) return undefined;
    if (this.print() === defaultValue.join(' ')) return [];
    return [{ text: `${this.directive.name} ${this.value.length === 0 ? '""' : this.print()}`, force: true }];
  }
}
