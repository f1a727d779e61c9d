// Reads the command line of valkeep-server, which is valkey-server's:
//   valkeep-server [/path/to/valkey.conf | -] [--any-config-name value ...]
// Options become lines of configuration text that count after the file and standard input. Nothing is read or checked
// here; load-config.ts does that. All texts that come out are binary strings.
import { quoteArgument, splitArguments } from './split-arguments.ts';

export type CommandLine =
  | { readonly kind: 'version' }
  | { readonly kind: 'help' }
  | { readonly kind: 'check-system' }
  /** `megabytes` is undefined when the argument is missing. */
  | { readonly kind: 'test-memory'; readonly megabytes: string | undefined }
  | { readonly kind: 'sentinel' }
  | StartCommand;

export interface StartCommand {
  readonly kind: 'start';
  /** The path as given; main makes it absolute before the working directory changes. */
  readonly configFile: string | undefined;
  readonly readsStandardInput: boolean;
  /** The options as configuration lines. */
  readonly optionLines: string;
}

/** `args` is process.argv without the interpreter and the script. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const words = args.map((argument) => Buffer.from(argument, 'utf8').toString('latin1'));
  if (words.includes('--sentinel')) return { kind: 'sentinel' };
  const [first] = words;
  if (first === '-v' || first === '--version') return { kind: 'version' };
  if (first === '-h' || first === '--help') return { kind: 'help' };
  if (first === '--check-system') return { kind: 'check-system' };
  if (first === '--test-memory') return { kind: 'test-memory', megabytes: words.length === 2 ? words[1] : undefined };
  const configFile = first === undefined || first.startsWith('-') ? undefined : first;
  return { kind: 'start', configFile, ...readOptions(configFile === undefined ? words : words.slice(1), configFile) };
}

function readOptions(words: readonly string[], configFile: string | undefined) {
  let optionLines = '';
  let readsStandardInput = false;
  let hasValue = true;
  for (const [at, word] of words.entries()) {
    const isLast = at === words.length - 1;
    const isFirst = at === 0 && configFile === undefined;
    if (word === '-' && (isFirst || isLast)) {
      readsStandardInput = true;
    } else if (hasValue && word.startsWith('--')) {
      optionLines += `${optionLines === '' ? '' : '\n'}${word.slice(2)} `;
      // A word of its own, such as `--port`, waits for its value; `--port 6380` in one word has it.
      hasValue = splitArguments(word)?.length !== 1;
      const next = words[at + 1];
      if (word.toLowerCase() === '--save' && (next === undefined || next.startsWith('--'))) {
        // An empty list of save points, as scripts produce it: `--save --port 6380`.
        optionLines += '""';
        hasValue = next !== undefined;
      }
    } else {
      optionLines += `${quoteArgument(word)} `;
      hasValue = true;
    }
  }
  return { optionLines, readsStandardInput };
}
