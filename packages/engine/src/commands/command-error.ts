// Error replies that handlers throw. Those with a fixed text are made once: throwing one again costs no stack trace.

/** An expected failure: the client gets `text` (`CODE message`), and nothing of a reply written before. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly text: string;

  constructor(text: string) {
    super(text);
    this.text = text;
  }
}

export const WRONG_TYPE = new CommandError('WRONGTYPE Operation against a key holding the wrong kind of value');
export const SYNTAX_ERROR = new CommandError('ERR syntax error');
export const NOT_AN_INTEGER = new CommandError('ERR value is not an integer or out of range');
export const NOT_A_FLOAT = new CommandError('ERR value is not a valid float');
export const NO_SUCH_KEY = new CommandError('ERR no such key');
export const OUT_OF_RANGE = new CommandError('ERR index out of range');
export const SAME_OBJECT = new CommandError('ERR source and destination objects are the same');
export const TIMEOUT_NEGATIVE = new CommandError('ERR timeout is negative');
export const TIMEOUT_NOT_FLOAT = new CommandError('ERR timeout is not a float or out of range');
export const VALUE_OUT_OF_RANGE = new CommandError('ERR value is out of range');
export const NOT_POSITIVE = new CommandError('ERR value is out of range, must be positive');
export const INVALID_CURSOR = new CommandError('ERR invalid cursor');
