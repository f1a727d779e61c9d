// A debugging session: an EVAL that stops before lines while its client looks around. Every request of that client is a
// command of the debugger meanwhile; others are served between the steps. Changes stay (Valkey's `sync` mode: there is
// no process to fork that could take them back). A session whose client leaves is dropped where it stands.
import { quoteArgument } from '../config/split-arguments.ts';
import type { Reply } from '../session/reply.ts';
import { debugReplyText, debugValueText } from './debug-text.ts';
import { LineStop } from './lua/line-stop.ts';
import type { LuaEngine } from './lua/lua-engine.ts';
import { LuaError, LuaSyntaxError } from './lua/lua-error.ts';
import { type LuaTable, tableFromArray } from './lua/lua-table.ts';
import type { LuaValue } from './lua/lua-value.ts';
import { SteppedRun } from './lua/stepped-run.ts';
import { errorTable } from './reply-reader.ts';
import { HELP_LINES } from './script-debugger-help.ts';
import type { ScriptRun } from './script-run.ts';
import type { Scripting } from './scripting.ts';
import type { CallTracer, ServerApi } from './server-api.ts';

const LENGTH_MAX_DEFAULT = 256;
const LENGTH_MAX_LEAST = 60;
const BREAKPOINTS_MAX = 64;
const WORDS_SHOWN = 10;
const UNKNOWN = '<error> Unknown debugger command or wrong number of arguments.';

interface DebuggerCommand {
  readonly name: string;
  /** Letters that are enough; 0: the whole name only. */
  readonly letters: number;
  readonly least: number;
  readonly most: number;
  /** Runs with the words after the name. True: the script goes on. */
  readonly run: (words: readonly string[]) => boolean;
}

export interface DebuggedScript {
  readonly run: ScriptRun;
  /** The body without its shebang. */
  readonly source: string;
  readonly keys: LuaValue[];
  readonly args: LuaValue[];
}

export class ScriptDebugger implements CallTracer {
  readonly #scripting: Scripting;
  readonly #engine: LuaEngine;
  readonly #api: ServerApi;
  readonly #run: ScriptRun;
  readonly #stepped: SteppedRun;
  readonly #lines: readonly string[];
  readonly #keys: LuaTable;
  readonly #args: LuaTable;
  readonly #commands: readonly DebuggerCommand[];
  readonly #breakpoints = new Set<number>();
  #logs: string[] = [];
  #stop: LineStop = new LineStop(0, -1, [], []);
  #isStepping = true;
  #breaksOnNextLine = false;
  #isAborted = false;
  #lengthMax = LENGTH_MAX_DEFAULT;
  #hintWasGiven = false;

  /** Throws LuaSyntaxError. */
  constructor(scripting: Scripting, script: DebuggedScript) {
    this.#scripting = scripting;
    this.#engine = scripting.evalEngine;
    this.#api = scripting.evalApi;
    this.#run = script.run;
    this.#stepped = new SteppedRun(this.#engine, script.source);
    this.#lines = script.source.replace(/[\r\n]+$/, '').split('\n');
    this.#keys = tableFromArray(script.keys);
    this.#args = tableFromArray(script.args);
    this.#commands = this.#makeCommands();
  }

  /** Runs up to the first line. */
  start(reply: Reply): void {
    this.#goOn(reply);
  }

  /** One request of the client. */
  handle(words: readonly string[], reply: Reply): void {
    const [name = '', ...rest] = words;
    const command = this.#commands.find((each) => isMeant(each, name.toLowerCase(), rest.length));
    if (command === undefined) this.#log(UNKNOWN);
    else if (command.run(rest)) return this.#goOn(reply);
    this.#flush(reply);
  }

  /** `server.breakpoint()` of the script. */
  breakOnNextLine(): void {
    this.#breaksOnNextLine = true;
  }

  /** `server.debug()` of the script. */
  show(values: readonly LuaValue[]): void {
    this.#logLimited(`<debug> line ${this.#stop.line}: ${values.map((value) => debugValueText(value)).join(', ')}`);
  }

  called(words: readonly LuaValue[]): void {
    if (!this.#isStepping) return;
    const more = words.length > WORDS_SHOWN ? ` ... (${words.length - WORDS_SHOWN} more)` : '';
    this.#log(`<command> ${words.slice(0, WORDS_SHOWN).map(String).join(' ')}${more}`);
  }

  replied(reply: string): void {
    if (this.#isStepping) this.#logLimited(`<reply> ${debugReplyText(reply)}`);
  }

  failed(error: string): void {
    if (this.#isStepping) this.#log(`<error> ${error}`);
  }

  #makeCommands(): readonly DebuggerCommand[] {
    const command = (words: readonly string[]): false => this.#callServer(words);
    const step = (): true => {
      this.#isStepping = true;
      return true;
    };
    // biome-ignore format: a row stays together; one property a line would hide the table
    return [
      { name: 'help', letters: 1, least: 0, most: 0, run: () => this.#help() },
      { name: 'maxlen', letters: 3, least: 0, most: 1, run: (words) => this.#setLengthMax(words) },
      { name: 'step', letters: 1, least: 0, most: 0, run: step },
      { name: 'next', letters: 1, least: 0, most: 0, run: step },
      { name: 'continue', letters: 1, least: 0, most: 0, run: () => true },
      { name: 'list', letters: 1, least: 0, most: 2, run: (words) => this.#list(words) },
      { name: 'whole', letters: 1, least: 0, most: 0, run: () => this.#listAround(1, 1_000_000) },
      { name: 'print', letters: 1, least: 0, most: 1, run: ([name]) => this.#print(name) },
      { name: 'break', letters: 1, least: 0, most: 1, run: ([line]) => this.#break(line) },
      { name: 'trace', letters: 1, least: 0, most: 0, run: () => this.#trace() },
      { name: 'eval', letters: 1, least: 1, most: Number.POSITIVE_INFINITY, run: (words) => this.#eval(words.join(' ')) },
      { name: 'valkey', letters: 1, least: 1, most: Number.POSITIVE_INFINITY, run: command },
      { name: 'redis', letters: 1, least: 1, most: Number.POSITIVE_INFINITY, run: command },
      { name: 'server', letters: 0, least: 1, most: Number.POSITIVE_INFINITY, run: command },
      { name: 'abort', letters: 1, least: 0, most: 0, run: () => this.#abort() },
    ];
  }

  /** Runs on until there is a reason to stop, or the script ends. */
  #goOn(reply: Reply): void {
    try {
      let outcome = this.#advance();
      while (outcome instanceof LineStop) {
        const reason = this.#reasonToStop(outcome);
        this.#stop = outcome;
        if (reason !== undefined) return this.#showStop(reason, reply);
        outcome = this.#advance();
      }
      const [value] = outcome;
      this.#end(reply);
      this.#scripting.writeValue(reply, this.#run, value);
    } catch (error) {
      this.#end(reply);
      this.#scripting.writeFailure(reply, this.#engine, error);
    }
  }

  #advance(): LineStop | readonly LuaValue[] {
    return this.#asScript(() => {
      if (!this.#isAborted) return this.#stepped.step();
      const error = new LuaError(errorTable('ERR script aborted for user request', false), 0);
      error.operationLine = this.#stop.line;
      return this.#stepped.fail(error);
    });
  }

  /** Lets code run as the script does: with its keys and arguments, its caller, and its calls shown. */
  #asScript<Result>(code: () => Result): Result {
    const { globals } = this.#engine;
    globals.setString('KEYS', this.#keys);
    globals.setString('ARGV', this.#args);
    this.#api.tracer = this;
    try {
      return this.#scripting.during(this.#run, code, this);
    } finally {
      this.#api.tracer = undefined;
    }
  }

  #reasonToStop({ line, order }: LineStop): string | undefined {
    if (line === this.#stop.line && order > this.#stop.order) return undefined;
    if (this.#breaksOnNextLine) return 'server.breakpoint() called';
    if (this.#breakpoints.has(line)) return 'break point';
    return this.#isStepping ? 'step over' : undefined;
  }

  #showStop(reason: string, reply: Reply): void {
    this.#isStepping = false;
    this.#breaksOnNextLine = false;
    this.#log(`* Stopped at ${this.#stop.line}, stop reason = ${reason}`);
    this.#logLine(this.#stop.line);
    this.#flush(reply);
  }

  #end(reply: Reply): void {
    this.#log('<endsession>');
    this.#flush(reply);
    const { caller } = this.#run;
    caller.scriptDebugger = undefined;
    // The closed connection tells the client that the session is over.
    caller.closeAfterReply = true;
  }

  #log(text: string): void {
    this.#logs.push(text);
  }

  #logLimited(text: string): void {
    if (this.#lengthMax === 0 || text.length <= this.#lengthMax) return this.#log(text);
    this.#log(`${text.slice(0, this.#lengthMax)} ...`);
    if (this.#hintWasGiven) return;
    this.#hintWasGiven = true;
    this.#log("<hint> The above reply was trimmed. Use 'maxlen 0' to disable trimming.");
  }

  #flush(reply: Reply): void {
    reply.array(this.#logs.length);
    for (const text of this.#logs) reply.simple(text.replace(/[\r\n]/g, ' '));
    this.#logs = [];
  }

  #logLine(line: number): void {
    const isBreakpoint = this.#breakpoints.has(line);
    const mark = line === this.#stop.line ? (isBreakpoint ? '->#' : '-> ') : isBreakpoint ? '  #' : '   ';
    const source = this.#lines[line - 1] ?? '<out of range source code line>';
    this.#log(`${mark}${String(line).padEnd(3)} ${source}`);
  }

  #listAround(around: number, context: number): false {
    for (let line = 1; line <= this.#lines.length; line++) {
      if (around === 0 || Math.abs(around - line) <= context) this.#logLine(line);
    }
    return false;
  }

  #list([around = '', context = '5']: readonly string[]): false {
    const line = Number.parseInt(around, 10);
    return this.#listAround(line > 0 ? line : this.#stop.line, Number.parseInt(context, 10) || 0);
  }

  #print(name: string | undefined): false {
    const { names, locals } = this.#stop;
    if (name === undefined) {
      for (const [at, local] of names.entries()) this.#logLimited(`<value> ${local} = ${debugValueText(locals[at])}`);
      if (names.length === 0) this.#log('No local variables in the current context.');
      return false;
    }
    const at = names.lastIndexOf(name);
    if (at >= 0) this.#logLimited(`<value> ${debugValueText(locals[at])}`);
    else if (name === 'KEYS') this.#logLimited(`<value> ${debugValueText(this.#keys)}`);
    else if (name === 'ARGV') this.#logLimited(`<value> ${debugValueText(this.#args)}`);
    else this.#log('No such variable.');
    return false;
  }

  #break(text: string | undefined): false {
    if (text === undefined) return this.#listBreakpoints();
    const line = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(line)) {
      this.#log(`Invalid argument:${quoteArgument(text).replace(/^"|"$/g, "'")}`);
    } else if (line === 0) {
      this.#breakpoints.clear();
      this.#log('All breakpoints removed.');
    } else if (line < 0) {
      this.#log(this.#breakpoints.delete(-line) ? 'Breakpoint removed.' : 'No breakpoint in the specified line.');
    } else if (this.#breakpoints.size === BREAKPOINTS_MAX) {
      this.#log('Too many breakpoints set.');
    } else if (line > this.#lines.length || this.#breakpoints.has(line)) {
      this.#log('Wrong line number.');
    } else {
      this.#breakpoints.add(line);
      this.#listAround(line, 1);
    }
    return false;
  }

  #listBreakpoints(): false {
    if (this.#breakpoints.size === 0) this.#log("No breakpoints set. Use 'b <line>' to add one.");
    else this.#log(`${this.#breakpoints.size} breakpoints set:`);
    for (const line of this.#breakpoints) this.#logLine(line);
    return false;
  }

  /** Only the innermost function is known. */
  #trace(): false {
    this.#log('In top level:');
    this.#logLine(this.#stop.line);
    return false;
  }

  #eval(code: string): false {
    const engine = this.#engine;
    try {
      const chunk = compileEither(engine, `return ${code}`, code);
      const [value] = this.#asScript(() => engine.call(chunk));
      this.#logLimited(`<retval> ${debugValueText(value)}`);
    } catch (error) {
      if (error instanceof LuaSyntaxError) this.#log(`Error compiling code: ${error.message}`);
      else if (error instanceof LuaError) this.#log(`<error> ${error.message}`);
      else throw error;
    }
    return false;
  }

  #callServer(words: readonly string[]): false {
    this.#isStepping = true;
    this.#asScript(() => this.#api.call(words));
    this.#isStepping = false;
    return false;
  }

  #abort(): true {
    this.#isAborted = true;
    return true;
  }

  #setLengthMax([text]: readonly string[]): false {
    const wanted = text === undefined || !/^\d+$/.test(text) ? Number.NaN : Number(text);
    if (text === undefined) {
      this.#log(`Current maxlen is ${this.#lengthMax}`);
    } else if (Number.isNaN(wanted)) {
      this.#log('<error> Invalid maxlen value.');
    } else {
      this.#hintWasGiven = true;
      this.#lengthMax = wanted === 0 ? 0 : Math.max(wanted, LENGTH_MAX_LEAST);
      const answer = wanted === 0 ? 'not truncated.' : `truncated at ${this.#lengthMax} bytes.`;
      this.#log(`<value> replies are ${answer}`);
    }
    return false;
  }

  #help(): false {
    for (const line of HELP_LINES) this.#log(line);
    return false;
  }
}

function isMeant({ name, letters, least, most }: DebuggerCommand, word: string, count: number): boolean {
  const isNamed = word === name || (word !== '' && word.length === letters && name.startsWith(word));
  return isNamed && count >= least && count <= most;
}

function compileEither(engine: LuaEngine, expression: string, statement: string): ReturnType<LuaEngine['compile']> {
  try {
    return engine.compile(expression, '@ldb_eval');
  } catch (error) {
    if (!(error instanceof LuaSyntaxError)) throw error;
    return engine.compile(statement, '@ldb_eval');
  }
}
