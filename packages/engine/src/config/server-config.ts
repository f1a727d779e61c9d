// The configuration of one running server: every directive with its present value. Readers ask by typed name; code on a
// hot path keeps its own copy and refreshes it through `onChange`. CONFIG GET, SET and REWRITE are answered from here.
// Not here: reading files and the command line (load-config.ts, command-line.ts) and acting on values.
// What must stay true: a CONFIG SET that fails, for whatever reason, leaves every value and every listener as before.

import { assert } from '@valkeep/base';
import { globMatch } from '../encodings/glob-match.ts';
import type {
  BooleanName,
  ChoiceName,
  DirectiveName,
  FlagsName,
  NumberName,
  SpecialName,
  TextName,
} from './all-directives.ts';
import { allDirectives } from './all-directives.ts';
import { type Caller, type ChangeListener, type Pair, setAtomically } from './change-settings.ts';
import type { Directive, SpecialDirective } from './directive.ts';
import { type RewriteOptions, rewriteConfigText } from './rewrite-config.ts';
import { AddressListSetting } from './settings/address-list-setting.ts';
import { DirectorySetting, type WorkingDirectory } from './settings/directory-setting.ts';
import { KeyspaceEventsSetting } from './settings/keyspace-events-setting.ts';
import { NumberSetting } from './settings/number-setting.ts';
import { OomScoreSetting } from './settings/oom-score-setting.ts';
import { OutputBufferLimitSetting } from './settings/output-buffer-limit-setting.ts';
import { PercentilesSetting } from './settings/percentiles-setting.ts';
import { BooleanSetting, ChoiceSetting, FlagsSetting, TextSetting } from './settings/plain-settings.ts';
import { ReplicaOfSetting } from './settings/replica-of-setting.ts';
import { SaveSetting } from './settings/save-setting.ts';
import { type Entry, type Setting, splitValue } from './settings/setting.ts';

const RDMA_OBSTACLE = 'No RDMA building support.';

export class ServerConfig {
  readonly save = new SaveSetting(specialRow('save'));
  readonly outputBufferLimits = new OutputBufferLimitSetting(specialRow('client-output-buffer-limit'));
  readonly keyspaceEvents = new KeyspaceEventsSetting(specialRow('notify-keyspace-events'));
  readonly bind = new AddressListSetting(specialRow('bind'), { defaultValue: ['*', '-::*'], keepWhenEmpty: false });
  readonly replicaOf = new ReplicaOfSetting(specialRow('replicaof'));
  readonly oomScores = new OomScoreSetting(specialRow('oom-score-adj-values'));
  readonly latencyPercentiles = new PercentilesSetting(specialRow('latency-tracking-info-percentiles'));

  readonly #entries = new Map<string, Entry>();
  readonly #booleans = new Map<string, BooleanSetting>();
  readonly #numbers = new Map<string, NumberSetting>();
  readonly #texts = new Map<string, TextSetting>();
  readonly #choices = new Map<string, ChoiceSetting>();
  readonly #flags = new Map<string, FlagsSetting>();
  readonly #listeners = new Map<string, ChangeListener[]>();
  readonly #explicit = new Set<string>();

  constructor(directory: WorkingDirectory) {
    const specials: Readonly<Record<SpecialName, Setting>> = {
      save: this.save,
      'client-output-buffer-limit': this.outputBufferLimits,
      'notify-keyspace-events': this.keyspaceEvents,
      bind: this.bind,
      replicaof: this.replicaOf,
      'oom-score-adj-values': this.oomScores,
      'latency-tracking-info-percentiles': this.latencyPercentiles,
      dir: new DirectorySetting(specialRow('dir'), directory),
      'rdma-bind': new AddressListSetting(specialRow('rdma-bind'), {
        defaultValue: [],
        keepWhenEmpty: true,
        obstacle: RDMA_OBSTACLE,
      }),
    };
    for (const directive of allDirectives) {
      this.#add(directive.kind === 'special' ? specials[directive.name] : this.#makeSetting(directive));
    }
  }

  boolean(name: BooleanName): boolean {
    return required(this.#booleans.get(name), name).value;
  }

  /** Exact up to 2^53; `exactNumber` gives all 64 bits. Bytes for memory directives, negative for percentages. */
  number(name: NumberName): number {
    return required(this.#numbers.get(name), name).value;
  }

  exactNumber(name: NumberName): bigint {
    return required(this.#numbers.get(name), name).exact;
  }

  /** A binary string; empty when a directive is not set. */
  text(name: TextName): string {
    return required(this.#texts.get(name), name).value;
  }

  choice(name: ChoiceName): string {
    return required(this.#choices.get(name), name).value;
  }

  /** The flags that are on, none for `default`. */
  flags(name: FlagsName): readonly string[] {
    return required(this.#flags.get(name), name).value;
  }

  /** Whether a file, the command line or CONFIG SET has named the directive. */
  isExplicit(name: DirectiveName): boolean {
    return this.#explicit.has(name);
  }

  /** Whether the value of `name` (any case, alias or not) must be kept out of logs. */
  isSensitive(name: string): boolean {
    return this.find(name)?.setting.directive.sensitive === true;
  }

  /** The setting called `name` in any case, by its own name or its alias. */
  find(name: string): Entry | undefined {
    return this.#entries.get(name.toLowerCase());
  }

  /** All settings, in the order of the tables, without aliases. */
  settings(): Setting[] {
    return [...this.#entries.values()].filter(isPrimary).map((entry) => entry.setting);
  }

  /**
   * What CONFIG GET answers: names with values, ordered by name. A pattern without `*`, `?` and `[` is a name, which is
   * echoed as written and also finds hidden directives.
   */
  get(patterns: readonly string[]): [name: string, value: string][] {
    const found = new Map<string, [string, string]>();
    for (const pattern of patterns) {
      if (!/[[*?]/.test(pattern)) {
        const entry = this.find(pattern);
        if (entry !== undefined && !found.has(entry.name)) found.set(entry.name, [pattern, entry.setting.print()]);
        continue;
      }
      for (const { name, setting } of this.#entries.values()) {
        if (setting.directive.hidden === true || found.has(name)) continue;
        if (globMatch(pattern, name, true)) found.set(name, [name, setting.print()]);
      }
    }
    return [...found.values()].sort(([first], [second]) => (first < second ? -1 : 1));
  }

  /**
   * What CONFIG SET does: all pairs or none. Returns the error to answer, with its code and without the leading `-`, or
   * undefined when everything is in effect.
   */
  set(pairs: readonly Pair[], caller: Caller): string | undefined {
    const error = setAtomically(this, this.#listeners, pairs, caller);
    if (error === undefined) for (const [name] of pairs) this.markExplicit(name);
    return error;
  }

  /** Remembers that somebody has named the directive `name`. */
  markExplicit(name: string): void {
    const entry = this.find(name);
    if (entry !== undefined) this.#explicit.add(entry.setting.directive.name);
  }

  /** Puts `value` in place as the server's own decision, past every protection. Throws when it is not valid. */
  override(name: DirectiveName, value: string): void {
    const entry = required(this.find(name), name);
    const outcome = entry.setting.assign(splitValue(entry.setting.directive, value), false);
    const refused = typeof outcome === 'object' ? outcome.refused : undefined;
    assert(refused === undefined, `cannot override ${name} with '${value}': ${refused}`);
  }

  /**
   * Calls `apply` whenever CONFIG SET has changed one of `names`, once for all of them. It reads the new values itself; a
   * text that it returns refuses them, and then it is called again when the old values are back.
   */
  onChange(names: DirectiveName | readonly DirectiveName[], apply: ChangeListener): void {
    for (const name of [names].flat()) {
      const listeners = this.#listeners.get(name) ?? [];
      listeners.push(apply);
      this.#listeners.set(name, listeners);
    }
  }

  /** What CONFIG REWRITE makes of a configuration file with the contents `fileText`; undefined stands for no file. */
  rewrite(fileText: string | undefined, options: RewriteOptions): string {
    return rewriteConfigText(this, fileText, options);
  }

  #makeSetting(directive: Exclude<Directive, SpecialDirective>): Setting {
    switch (directive.kind) {
      case 'boolean':
        return keep(this.#booleans, new BooleanSetting(directive));
      case 'number':
        return keep(this.#numbers, new NumberSetting(directive));
      case 'text':
        return keep(this.#texts, new TextSetting(directive));
      case 'choice':
        return keep(this.#choices, new ChoiceSetting(directive));
      case 'flags':
        return keep(this.#flags, new FlagsSetting(directive));
    }
  }

  #add(setting: Setting): void {
    const { name, alias } = setting.directive;
    this.#entries.set(name, { name, setting });
    if (alias !== undefined) this.#entries.set(alias, { name: alias, setting });
  }
}

function isPrimary({ name, setting }: Entry): boolean {
  return name === setting.directive.name;
}

function keep<Kept extends Setting>(settings: Map<string, Kept>, setting: Kept): Kept {
  settings.set(setting.directive.name, setting);
  return setting;
}

function specialRow(name: SpecialName): SpecialDirective {
  const row = allDirectives.find((directive) => directive.name === name);
  assert(row?.kind === 'special', `no special directive is called ${name}`);
  return row;
}

function required<Value>(value: Value | undefined, name: string): Value {
  assert(value !== undefined, `no directive of this type is called ${name}`);
  return value;
}
