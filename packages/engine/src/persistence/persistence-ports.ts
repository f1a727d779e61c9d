// What persistence needs of the parts above it, each as narrow as it can be.

export interface PersistenceLog {
  verbose(message: string): void;
  notice(message: string): void;
  warning(message: string): void;
}

/** Holds replies back until the effects they speak of are safe; positions are those of the stream of effects. */
export interface CommitGate {
  close(position: number): void;
  pass(position: number): void;
  open(): void;
}

/** Runs the commands of an append-only file. */
export interface Replay {
  /** Runs one command, its arguments in `bytes`; gives the name of a command that does not exist. */
  run(bytes: Uint8Array, starts: readonly number[], lengths: readonly number[]): string | undefined;
  /** A transaction was begun and not ended. */
  readonly isInTransaction: boolean;
}

/** Why a data set could not be loaded: a sentence that says where, and what to do. The server must not start. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
}
