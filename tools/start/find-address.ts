// Where a server that was just started listens, read from the lines it logs: it knows its own configuration best.

/** Returns the port that a log line of the start names, or undefined. */
export function findPort(logLine: string): number | undefined {
  const port = /\bport=(\d+)/.exec(logLine)?.[1];
  return port === undefined ? undefined : Number(port);
}

/** Whether a log line says that clients are served from now on. */
export function isReady(logLine: string): boolean {
  return logLine.includes('Ready to accept connections');
}

/** What a newcomer types next. `port` is 0 when the server listens on a Unix socket only. */
export function formatWelcome(port: number): string {
  if (port === 0) return '\nValkeep is running. It listens on its Unix socket only. Ctrl+C stops it.\n';
  return [
    '',
    `Valkeep is running on port ${port}. Connect with any Valkey or Redis client:`,
    `    redis://127.0.0.1:${port}`,
    `    valkey-cli -p ${port}`,
    'Ctrl+C stops it.',
    '',
  ].join('\n');
}
