// Expected failures: what a caller did wrong or what the world refused. A programmer's mistake is an AssertionError.

/** What an AppError carries besides its message. */
export interface AppErrorDetails {
  /** HTTP status that an edge answers with. */
  readonly status: number;
  /** Facts for programs, such as the name of a field; shown to the caller. */
  readonly details?: Readonly<Record<string, unknown>>;
  /** The error behind this one; logged, never shown. */
  readonly cause?: unknown;
}

/** An expected failure with a stable code. `publicMessage` is shown to whoever asked, so it holds no secrets. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly status: number;
  readonly publicMessage: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, publicMessage: string, { status, details = {}, cause }: AppErrorDetails) {
    super(`${code}: ${publicMessage}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.status = status;
    this.publicMessage = publicMessage;
    this.details = details;
  }
}
