// The replies that containers share: HELP, and the error for arguments that fit no subcommand.
import { untilNul } from '../config/parse-number.ts';
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';

/** Answers HELP: the usage line, the container's own lines, and HELP's. */
export function replyHelp(call: Call, lines: readonly string[]): void {
  const { reply } = call;
  reply.array(lines.length + 3);
  reply.simple(`${call.args.text(0).toUpperCase()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`);
  for (const line of lines) reply.simple(line);
  reply.simple('HELP');
  reply.simple('    Print this help.');
}

/** The error for a subcommand that is unknown or has arguments that do not fit. */
export function subcommandError(call: Call): CommandError {
  const container = call.args.text(0).toUpperCase();
  const name = untilNul(call.args.text(1)).slice(0, 128);
  return new CommandError(`ERR unknown subcommand or wrong number of arguments for '${name}'. Try ${container} HELP.`);
}
