// Switches that DEBUG turns for tests. The parts that they concern look at them; nothing else changes them.

export class DebugSwitches {
  /** DEBUG SET-SKIP-CHECKSUM-VALIDATION: RDB files and payloads of RESTORE are taken without looking at their checksum. */
  skipChecksumValidation = false;
  /** DEBUG PAUSE-CRON: no periodic work. */
  cronPaused = false;
  /** DEBUG SET-DISABLE-DENY-SCRIPTS: scripts may run commands that are not for scripts. */
  scriptsMayRunAll = false;
  /** DEBUG AOF-FLUSH-SLEEP: microseconds to sleep before the append-only file is flushed. */
  aofFlushSleepMicroseconds = 0;
  /** DEBUG CLIENT-ENFORCE-REPLY-LIST: each reply counts as a block of output, however short. */
  countsRepliesAsBlocks = false;
}
