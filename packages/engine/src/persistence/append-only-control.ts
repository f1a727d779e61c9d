// What commands ask of the append-only file.

export interface AppendOnlyControl {
  readonly isRewriting: boolean;
  /** Rewrites in the background; the promise tells whether it went well. */
  rewrite(): Promise<boolean>;
}
