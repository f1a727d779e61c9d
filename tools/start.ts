// `npm start [-- arguments of valkeep-server]`: starts one engine on port 6379 with its data in .data/, passes on what it
// logs, and says how to connect. Signals are handed to the server, and its exit code becomes ours.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { findPort, formatWelcome, isReady } from './start/find-address.ts';

const PORT_DEFAULT = 6379;
/** One Ctrl+C can arrive twice, from the terminal and from npm; the second would mean "stop without saving". */
const SAME_SIGNAL_MS = 500;

const root = dirname(import.meta.dirname);
const given = process.argv.slice(2);

function buildDefaultArguments(): string[] {
  const folder = join(root, '.data');
  mkdirSync(folder, { recursive: true });
  return ['--port', String(PORT_DEFAULT), '--dir', folder];
}

// A group of its own: a Ctrl+C in the terminal reaches the server through us, once.
const server = spawn(join(root, 'apps/server/bin/valkeep-server'), given.length > 0 ? given : buildDefaultArguments(), {
  stdio: ['inherit', 'pipe', 'inherit'],
  detached: true,
});

let port = PORT_DEFAULT;
createInterface({ input: server.stdout }).on('line', (line) => {
  console.log(line);
  port = findPort(line) ?? port;
  if (isReady(line)) console.log(formatWelcome(port));
});

let lastSignalAt = Number.NEGATIVE_INFINITY;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    const now = performance.now();
    if (now - lastSignalAt > SAME_SIGNAL_MS) server.kill(signal);
    lastSignalAt = now;
  });
}
server.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
