// Splits one configuration line, or one inline request, into arguments, and quotes an argument so that it splits back
// into itself. The quoting rules are the server's: double quotes know \n \r \t \b \a \\ \" and \xHH, single quotes know
// \' only, and quoted and unquoted parts that touch form one argument.
// Works on binary strings (one character per byte). What must stay true: split(quote(x)) is [x] for every x without NUL.

const HEX_PAIR = /^[0-9a-fA-F]{2}$/;
const BLANK = /[\t\n\v\f\r ]/;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', a: '\x07' };
const UNESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x07': '\\a',
  '\b': '\\b',
};

/** The arguments of `line`, or undefined when a quote is left open. An empty line has no arguments. */
export function splitArguments(line: string): string[] | undefined {
  const end = line.indexOf('\0') === -1 ? line.length : line.indexOf('\0');
  const found: string[] = [];
  let at = 0;
  for (;;) {
    while (at < end && BLANK.test(line[at])) at++;
    if (at >= end) return found;
    const argument = readArgument(line.slice(0, end), at);
    if (argument === undefined) return undefined;
    found.push(argument.text);
    at = argument.next;
  }
}

/** `text` in double quotes, with everything unprintable escaped; splitArguments gives the same text back. */
export function quoteArgument(text: string): string {
  let quoted = '"';
  for (const char of text) {
    const code = char.charCodeAt(0);
    const printable = code >= 0x20 && code <= 0x7e;
    quoted += UNESCAPES[char] ?? (printable ? char : `\\x${code.toString(16).padStart(2, '0')}`);
  }
  return `${quoted}"`;
}

interface Part {
  readonly text: string;
  readonly next: number;
}

function readArgument(line: string, start: number): Part | undefined {
  let text = '';
  let at = start;
  while (at < line.length) {
    const char = line[at];
    if (char === ' ' || char === '\n' || char === '\r' || char === '\t') return { text, next: at + 1 };
    if (char !== '"' && char !== "'") {
      text += char;
      at++;
      continue;
    }
    const quoted = char === '"' ? readDoubleQuoted(line, at + 1) : readSingleQuoted(line, at + 1);
    if (quoted === undefined) return undefined;
    text += quoted.text;
    at = quoted.next;
  }
  return { text, next: at };
}

function readDoubleQuoted(line: string, start: number): Part | undefined {
  let text = '';
  let at = start;
  while (at < line.length) {
    const char = line[at];
    if (char === '"') return { text, next: at + 1 };
    if (char !== '\\' || at + 1 >= line.length) {
      text += char;
      at++;
    } else if (line[at + 1] === 'x' && HEX_PAIR.test(line.slice(at + 2, at + 4))) {
      text += String.fromCharCode(Number.parseInt(line.slice(at + 2, at + 4), 16));
      at += 4;
    } else {
      text += ESCAPES[line[at + 1]] ?? line[at + 1];
      at += 2;
    }
  }
  return undefined;
}

function readSingleQuoted(line: string, start: number): Part | undefined {
  let text = '';
  let at = start;
  while (at < line.length) {
    if (line[at] === "'") return { text, next: at + 1 };
    const escaped = line[at] === '\\' && line[at + 1] === "'";
    text += escaped ? "'" : line[at];
    at += escaped ? 2 : 1;
  }
  return undefined;
}
