// The thread that MIGRATE's connections live in: it writes what it is given to another server and reads lines of reply,
// while the server's own thread waits, since the keys must not change meanwhile. Connections are kept for a while.
import { connect, type Socket } from 'node:net';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { MigrationAnswer, MigrationRequest } from './migration-link.ts';

const IDLE_MS = 10_000;

interface Link {
  readonly socket: Socket;
  text: string;
  isEnded: boolean;
  /** Called when something has come, or the connection has ended. */
  onChange: () => void;
  idle: NodeJS.Timeout | undefined;
}

const links = new Map<string, Link>();

function openLink(host: string, port: number, timeoutMs: number): Promise<Link | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true });
    const link: Link = { socket, text: '', isEnded: false, onChange: () => undefined, idle: undefined };
    const end = (): void => {
      link.isEnded = true;
      link.onChange();
      resolve(undefined);
    };
    socket.setTimeout(timeoutMs, () => socket.destroy());
    socket.on('connect', () => {
      socket.setTimeout(0);
      resolve(link);
    });
    socket.on('error', end);
    socket.on('close', end);
    socket.on('data', (chunk) => {
      link.text += chunk.toString('latin1');
      link.onChange();
    });
  });
}

/** What the promise gives; undefined where it takes too long. */
function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), timeoutMs);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function takeLine(link: Link): string | undefined {
  const end = link.text.indexOf('\r\n');
  if (end < 0) return undefined;
  const line = link.text.slice(0, end);
  link.text = link.text.slice(end + 2);
  return line;
}

async function readLine(link: Link, timeoutMs: number): Promise<string | undefined> {
  const line = takeLine(link);
  if (line !== undefined || link.isEnded) return line;
  const changed = new Promise<true>((resolve) => {
    link.onChange = () => {
      if (link.isEnded || link.text.includes('\r\n')) resolve(true);
    };
  });
  await within(changed, timeoutMs);
  return takeLine(link);
}

function drop(name: string): void {
  const link = links.get(name);
  clearTimeout(link?.idle);
  link?.socket.destroy();
  links.delete(name);
}

async function exchange(request: MigrationRequest): Promise<MigrationAnswer> {
  const { host, port, timeoutMs } = request;
  const name = `${host}:${port}`;
  if (request.isFresh || links.get(name)?.isEnded === true) drop(name);
  const link = links.get(name) ?? (await openLink(host, port, timeoutMs));
  if (link === undefined) return { lines: [], failure: 'connecting' };
  links.set(name, link);
  clearTimeout(link.idle);
  link.socket.write(request.bytes);
  const lines: string[] = [];
  while (lines.length < request.replies) {
    const line = await readLine(link, timeoutMs);
    if (line === undefined) {
      const failure = link.isEnded ? 'ended' : 'reading';
      drop(name);
      return { lines, failure };
    }
    lines.push(line);
  }
  link.idle = setTimeout(() => drop(name), IDLE_MS);
  return { lines, failure: undefined };
}

const { signal, answers }: { readonly signal: Int32Array; readonly answers: MessagePort } = workerData;

parentPort?.on('message', (request: MigrationRequest) => {
  // Whatever happens, an answer must come: the server waits for it. A port out of range ends here, for example.
  const answered = exchange(request).catch((): MigrationAnswer => ({ lines: [], failure: 'connecting' }));
  void answered.then((answer) => {
    answers.postMessage(answer);
    Atomics.store(signal, 0, 1);
    Atomics.notify(signal, 0);
  });
});
