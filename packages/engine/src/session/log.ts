// The server's log, in Valkey's format: `pid:role day month year time.ms level message`.
const LEVELS = ['debug', 'verbose', 'notice', 'warning', 'nothing'] as const;
export type LogLevel = (typeof LEVELS)[number];

const MARKS: Readonly<Record<LogLevel, string>> = { debug: '.', verbose: '-', notice: '*', warning: '#', nothing: '' };
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

export class Log {
  level: LogLevel = 'notice';
  /** M for a primary, S for a replica, X for a sentinel, C for a child. */
  role = 'M';
  readonly #write: (line: string) => void;
  readonly #now: () => Date;

  constructor(write: (line: string) => void, now: () => Date = () => new Date()) {
    this.#write = write;
    this.#now = now;
  }

  debug(message: string): void {
    this.#log('debug', message);
  }

  verbose(message: string): void {
    this.#log('verbose', message);
  }

  notice(message: string): void {
    this.#log('notice', message);
  }

  warning(message: string): void {
    this.#log('warning', message);
  }

  #log(level: LogLevel, message: string): void {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(this.level)) return;
    this.#write(`${process.pid}:${this.role} ${formatTime(this.#now())} ${MARKS[level]} ${message}\n`);
  }
}

function formatTime(time: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  const millis = String(time.getMilliseconds()).padStart(3, '0');
  return `${two(time.getDate())} ${MONTHS[time.getMonth()]} ${time.getFullYear()} ${clock}.${millis}`;
}
