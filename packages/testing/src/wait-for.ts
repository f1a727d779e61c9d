// Waiting for a condition instead of for a time. Every wait has a limit and says what it waited for when that is over.

const POLL_INTERVAL_MS = 5;
export const DEFAULT_WAIT_LIMIT_MS = 10_000;

export interface WaitOptions {
  /** What is awaited, for the message when it does not come. */
  readonly what: string;
  readonly limitMs?: number;
  readonly intervalMs?: number;
}

/** Asks again and again until the answer is neither undefined nor false, and returns it. Throws when the limit is over. */
export async function waitFor<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  { what, limitMs = DEFAULT_WAIT_LIMIT_MS, intervalMs = POLL_INTERVAL_MS }: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() > deadline) throw new Error(`waited ${limitMs} ms in vain for: ${what}`);
    await pause(intervalMs);
  }
}

/** Lets the promise pass, or throws when it takes longer than the limit. */
export async function withLimit<T>(
  promise: Promise<T>,
  { what, limitMs = DEFAULT_WAIT_LIMIT_MS }: WaitOptions,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${limitMs} ms in vain for: ${what}`)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
