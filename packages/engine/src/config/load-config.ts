// Reads configuration text into a ServerConfig: the file, standard input and the command line, in this order, so that
// the last one counts. Directives that are no settings (rename-command, user, loadmodule) go to handlers or come back.
// Failures are results, in the original's words: main prints them and ends the process with status 1.
import { retiredDirectives } from './all-directives.ts';
import type { StartCommand } from './command-line.ts';
import type { ConfigHost } from './config-host.ts';
import type { ServerConfig } from './server-config.ts';
import { splitArguments } from './split-arguments.ts';

/** Directives that the configuration cannot judge. A handler returns the reason to refuse the line, if any. */
export interface LoadHandlers {
  renameCommand(from: string, to: string): string | undefined;
  /** `args` are the arguments after `user`: the name and its rules. */
  defineUser(args: readonly string[]): string | undefined;
}

export type LoadResult =
  | {
      readonly kind: 'loaded';
      /** Path and arguments of each `loadmodule`. */
      readonly modules: readonly (readonly string[])[];
      /** Directives with a dot in their name, which only a module can know. */
      readonly moduleSettings: ReadonlyMap<string, string>;
    }
  /** `text` goes to standard error as it is. */
  | { readonly kind: 'config-error'; readonly text: string }
  /** `text` is one line for the log, as a warning. */
  | { readonly kind: 'file-error'; readonly text: string };

type Failure = Exclude<LoadResult, { kind: 'loaded' }>;

/** Includes may nest; a file that includes itself ends here. */
const INCLUDE_DEPTH_MAX = 64;

export interface LoadInput {
  readonly config: ServerConfig;
  readonly host: ConfigHost;
  readonly handlers: LoadHandlers;
  readonly command: Pick<StartCommand, 'configFile' | 'readsStandardInput' | 'optionLines'>;
  /** Our version as the error block shows it. */
  readonly version: string;
}

export function loadConfig(input: LoadInput): LoadResult {
  const loader = new ConfigLoader(input);
  const failure = loader.load(input.command);
  return failure ?? { kind: 'loaded', modules: loader.modules, moduleSettings: loader.moduleSettings };
}

class ConfigLoader {
  readonly modules: string[][] = [];
  readonly moduleSettings = new Map<string, string>();
  readonly #input: LoadInput;
  #depth = 0;

  constructor(input: LoadInput) {
    this.#input = input;
  }

  load({ configFile, readsStandardInput, optionLines }: LoadInput['command']): Failure | undefined {
    const read = configFile === undefined ? '' : this.#readFiles(configFile);
    if (typeof read !== 'string') return read;
    let text = read;
    if (readsStandardInput) text += this.#input.host.readStandardInput();
    if (configFile !== undefined || readsStandardInput || optionLines !== '') text += `\n${optionLines}`;
    return this.#loadText(text);
  }

  #include(pattern: string): Failure | undefined {
    this.#depth++;
    if (this.#depth > INCLUDE_DEPTH_MAX) return this.#fail('Too many nested include directives');
    const read = this.#readFiles(pattern);
    const failure = typeof read === 'string' ? this.#loadText(read) : read;
    this.#depth--;
    return failure;
  }

  /** The contents of the file, or of all files that match the pattern; none is fine for a pattern. */
  #readFiles(pattern: string): string | Failure {
    const paths = /[[*?]/.test(pattern) ? this.#input.host.expand(pattern) : [pattern];
    let text = '';
    for (const path of paths) {
      const read = this.#input.host.read(path);
      if ('error' in read) {
        return { kind: 'file-error', text: `Fatal error, can't open config file '${path}': ${read.error}` };
      }
      text += read.text;
    }
    return text;
  }

  #loadText(text: string): Failure | undefined {
    for (const [at, rawLine] of text.split('\n').entries()) {
      const line = rawLine.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
      if (line === '' || line.startsWith('#')) continue;
      const problem = this.#loadLine(line);
      if (typeof problem === 'string') return this.#fail(problem, { number: at + 1, text: line });
      if (problem !== undefined) return problem;
    }
    return this.#checkWhole();
  }

  /** A text says what is wrong with this line; a failure has come from an included file. */
  #loadLine(line: string): string | Failure | undefined {
    const args = splitArguments(line);
    if (args === undefined) return 'Unbalanced quotes in configuration line';
    if (args.length === 0) return undefined;
    const [name, ...values] = [args[0].toLowerCase(), ...args.slice(1)];
    if (this.#input.config.find(name) !== undefined) return this.#assign(name, values);
    if (retiredDirectives.includes(name) && values.length === 1) return undefined;
    return this.#loadOther(name, values);
  }

  #assign(name: string, values: readonly string[]): string | undefined {
    const { config } = this.#input;
    const entry = config.find(name);
    if (entry === undefined) return undefined;
    const takesSeveral = entry.setting.directive.multipleArguments === true;
    if (!takesSeveral && values.length !== 1) return 'wrong number of arguments';
    // One quoted argument may hold several: `--save "900 1"`.
    const isJoined = takesSeveral && values.length === 1 && values[0] !== '';
    const args = isJoined ? (splitArguments(values[0]) ?? []) : values;
    const outcome = entry.setting.assign(args, true);
    if (typeof outcome === 'object') return outcome.refused;
    config.markExplicit(name);
    return undefined;
  }

  #loadOther(name: string, values: readonly string[]): string | Failure | undefined {
    const { handlers } = this.#input;
    if (name === 'include' && values.length === 1) return this.#include(values[0]);
    if (name === 'rename-command' && values.length === 2) return handlers.renameCommand(values[0], values[1]);
    if (name === 'user' && values.length >= 1) return handlers.defineUser(values);
    if (name === 'loadmodule' && values.length >= 1) {
      this.modules.push([...values]);
      return undefined;
    }
    if (name.includes('.')) {
      if (values.length === 0) return 'Module config specified without value';
      this.moduleSettings.set(name, values.join(' '));
      return undefined;
    }
    if (name === 'sentinel') return values.length > 0 ? 'sentinel directive while not in sentinel mode' : undefined;
    return 'Bad directive or wrong number of arguments';
  }

  #checkWhole(): Failure | undefined {
    const { config, host } = this.#input;
    const logfile = config.text('logfile');
    const logError = logfile === '' ? undefined : host.findAppendError(logfile);
    if (logError !== undefined) return this.#fail(`Can't open the log file: ${logError}`);
    if (config.boolean('cluster-enabled') && config.replicaOf.value !== undefined) {
      return this.#fail('replicaof directive not allowed in cluster mode');
    }
    return undefined;
  }

  #fail(reason: string, line?: { readonly number: number; readonly text: string }): Failure {
    const place =
      line === undefined ? '' : `Reading the configuration file, at line ${line.number}\n>>> '${line.text}'\n`;
    const title = `*** FATAL CONFIG FILE ERROR (Version ${this.#input.version}) ***`;
    return { kind: 'config-error', text: `\n${title}\n${place}${reason}\n` };
  }
}
