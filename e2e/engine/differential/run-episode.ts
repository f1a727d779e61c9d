// Runs the steps of an episode on both servers, one after the other, and compares each reply; then the whole state and the
// effects. The first difference ends it. Ours has its arena checked where it knows how.
import type { RespFrame } from '@valkeep/resp';
import { toPlainReply } from '@valkeep/resp';
import { type RespConnection, waitFor } from '@valkeep/testing';
import { areEffectsEqual, type Effect, findEffectsFile, readEffects, sizeOf, sortExpiries } from './read-effects.ts';
import { readState, type StateItem } from './read-state.ts';
import { areEqual, areTransactionsEqual, findRule, type ReplyRule } from './reply-rules.ts';
import { type Both, type ServerPair, type Session, sides } from './server-pair.ts';
import type { Step } from './steps.ts';

export interface Difference {
  readonly kind: 'reply' | 'state' | 'effects' | 'arena' | 'silence';
  /** The step that showed it; the last one for what is compared at the end. */
  readonly step: number;
  readonly command: readonly string[];
  readonly ours: string;
  readonly reference: string;
}

export interface Episode {
  readonly protocol: 2 | 3;
  readonly steps: readonly Step[];
  readonly compareEffects: boolean;
  readonly compareState: boolean;
}

type Found = Omit<Difference, 'step'> | undefined;

/** A name for what went wrong, so that the same fault is reported once. */
export function describeSignature({ kind, command, ours, reference }: Difference): string {
  const rough = (text: string) => text.slice(0, 60).replace(/\d+/g, '0');
  return `${kind} ${(command[0] ?? '').toUpperCase()} ${rough(ours)} | ${rough(reference)}`;
}

/** Runs the episode on emptied servers. */
export async function runEpisode(
  pair: ServerPair,
  { protocol, steps, compareEffects, compareState }: Episode,
): Promise<Difference | undefined> {
  await pair.reset(protocol);
  const marks = compareEffects ? markEffects(pair) : undefined;
  const transactions: ReplyRule[][] = [[], []];
  for (const [index, step] of steps.entries()) {
    const found = await runGuarded(pair, step, transactions);
    if (found !== undefined) return { ...found, step: index };
  }
  const states = async () => (compareState ? await compareStates(pair) : undefined);
  // Reading the state ends keys whose time is over, in an order that is free: the effects come first.
  const found = compareEffectsSince(marks) ?? (await compareArena(pair)) ?? (await states());
  return found === undefined ? undefined : { ...found, step: steps.length - 1 };
}

/** A server that closes the connection or says nothing is a difference, too. */
async function runGuarded(pair: ServerPair, step: Step, transactions: ReplyRule[][]): Promise<Found> {
  try {
    return await runStep(pair, step, transactions);
  } catch (error) {
    const logs = pair.session('ours').server.logs().split('\n').slice(-12).join('\n');
    const command = 'args' in step ? step.args : [step.kind];
    return { kind: 'silence', command, ours: `${String(error)}\n${logs}`, reference: '' };
  }
}

function runStep(pair: ServerPair, step: Step, transactions: ReplyRule[][]): Promise<Found> {
  switch (step.kind) {
    case 'command':
      return runCommand(pair, step.connection, step.args, transactions[step.connection] ?? []);
    case 'walk':
      return runWalk(pair, step.args);
    case 'exchange':
      return runExchange(pair, step.source, step.target);
    case 'block':
      return runBlock(pair, step.waiter, step.feeder);
    case 'frames':
      return runFrames(pair, step.bytes);
    case 'wait':
      return new Promise((resolve) => setTimeout(resolve, step.ms, undefined));
  }
}

async function runCommand(
  pair: ServerPair,
  connection: number,
  args: readonly string[],
  queued: ReplyRule[],
): Promise<Found> {
  const replies = await pair.both((session) => requestUnblocked(session, connection, args));
  const rule = findRule(args);
  if (replies.reference.value.kind === 'simple' && replies.reference.value.text === 'QUEUED') queued.push(rule);
  else if (/^(EXEC|DISCARD|MULTI)$/i.test(args[0] ?? '')) {
    const rules = queued.splice(0);
    if (areTransactionsEqual(rules, replies.ours, replies.reference)) return undefined;
    return describeReplies(args, replies);
  }
  return areEqual(rule, replies.ours, replies.reference) ? undefined : describeReplies(args, replies);
}

const BLOCKING = /^(B[LRZ]\w+|XREAD|XREADGROUP|EVAL)$/i;
const BLOCKED_LIMIT_MS = 100;

/** Sends a command; one that would block for longer than a moment is unblocked by hand. */
async function requestUnblocked(session: Session, index: number, args: readonly string[]): Promise<RespFrame> {
  const connection = pickConnection(session, index);
  const answer = connection.request(args);
  if (!BLOCKING.test(args[0] ?? '')) return answer;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, BLOCKED_LIMIT_MS, undefined);
  });
  const first = await Promise.race([answer, late]);
  clearTimeout(timer);
  if (first === undefined) await session.control.request(['CLIENT', 'UNBLOCK', session.clientIds[index] ?? '0']);
  return answer;
}

function pickConnection({ connections }: Session, index: number): RespConnection {
  const connection = connections[index];
  if (connection === undefined) throw new Error(`there is no connection ${index}`);
  return connection;
}

function describeReplies(command: readonly string[], replies: Both<RespFrame>): Omit<Difference, 'step'> {
  return {
    kind: 'reply',
    command,
    ours: replies.ours.bytes.toString('latin1'),
    reference: replies.reference.bytes.toString('latin1'),
  };
}

const WALK_CALLS_MAX = 1000;

/** Walks on the control connection (database 0) from cursor to cursor, on each server by its own. */
async function runWalk(pair: ServerPair, args: readonly string[]): Promise<Found> {
  const found = await pair.both(({ control }) => walk(control, args));
  return found.ours === found.reference ? undefined : { kind: 'reply', command: args, ...found };
}

async function walk(control: RespConnection, args: readonly string[]): Promise<string> {
  const cursorPlace = /^SCAN$/i.test(args[0] ?? '') ? 1 : 2;
  const pairs = /^(HSCAN|ZSCAN)$/i.test(args[0] ?? '') && !args.includes('NOVALUES');
  const found = new Set<string>();
  let cursor = '0';
  for (let calls = 0; calls < WALK_CALLS_MAX; calls++) {
    const call = args.map((arg, index) => (index === cursorPlace && cursor !== '0' ? cursor : arg));
    const { value, bytes } = await control.request(call);
    const plain = toPlainReply(value);
    if (!Array.isArray(plain)) return bytes.toString('latin1');
    if (args[cursorPlace] !== '0') return 'a walk from the middle';
    const items = [plain[1] ?? []].flat().map((item) => JSON.stringify(String(item)));
    for (let index = 0; index < items.length; index += pairs ? 2 : 1) {
      found.add(pairs ? `${items[index]}=${items[index + 1]}` : `${items[index]}`);
    }
    cursor = String(plain[0]);
    if (cursor === '0')
      return [...found]
        .sort()
        .filter((item) => !item.startsWith('"wild:'))
        .join(' ');
  }
  return `the walk did not end within ${WALK_CALLS_MAX} calls`;
}

async function runExchange(pair: ServerPair, source: string, target: string): Promise<Found> {
  const dumps = await pair.both(async ({ control }) => toPlainReply((await control.request(['DUMP', source])).value));
  if (typeof dumps.ours !== 'string' || typeof dumps.reference !== 'string') {
    const [ours, reference] = [String(dumps.ours), String(dumps.reference)];
    return ours === reference ? undefined : { kind: 'reply', command: ['DUMP', source], ours, reference };
  }
  const crossed = { ours: dumps.reference, reference: dumps.ours };
  const command = ['RESTORE', target, '0', '<what the other server dumped>', 'REPLACE'];
  const replies = await pair.both(({ control }, side) =>
    control.request(['RESTORE', target, '0', crossed[side], 'REPLACE']),
  );
  return areEqual('exact', replies.ours, replies.reference) ? undefined : describeReplies(command, replies);
}

async function runBlock(pair: ServerPair, waiter: readonly string[], feeder: readonly string[]): Promise<Found> {
  const outcome = await pair.both(async ({ server, control }) => {
    await using blocked = await server.connect();
    const answer = blocked.request(waiter);
    await waitFor(async () => blocked.unread.replies > 0 || (await isBlocking(control)) || isSettled(answer), {
      what: 'a blocked client',
    });
    const fed = await control.request(feeder);
    return { fed, answer: await answer };
  });
  const answers = { ours: outcome.ours.answer, reference: outcome.reference.answer };
  const fed = { ours: outcome.ours.fed, reference: outcome.reference.fed };
  if (!areEqual(findRule(waiter), answers.ours, answers.reference))
    return describeReplies([...waiter, '<-', ...feeder], answers);
  return areEqual(findRule(feeder), fed.ours, fed.reference) ? undefined : describeReplies(feeder, fed);
}

async function isBlocking(control: RespConnection): Promise<boolean> {
  return /blocked_clients:1\r/.test(String(await control.call('INFO', 'clients')));
}

async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const open = Symbol('open');
  return (await Promise.race([promise, Promise.resolve(open)])) !== open;
}

async function runFrames(pair: ServerPair, bytes: string): Promise<Found> {
  const received = await pair.both(async ({ server }) => {
    await using connection = await server.connect({ raw: true });
    connection.write(bytes);
    connection.endWriting();
    await waitFor(() => connection.isClosed, {
      what: `the server to close the connection after ${JSON.stringify(bytes)}`,
    });
    return connection.received
      .toString('latin1')
      .replace(/\$2\r\nid\r\n:\d+/g, '$2\r\nid\r\n:N')
      .replace(/\$7\r\nversion\r\n\$\d\r\n[\d.]+/g, '');
  });
  return received.ours === received.reference
    ? undefined
    : { kind: 'reply', command: [JSON.stringify(bytes)], ...received };
}

async function compareArena(pair: ServerPair): Promise<Found> {
  const reply = await pair.session('ours').control.request(['DEBUG', 'ARENA-CHECK']);
  const text = reply.bytes.toString('latin1');
  if (reply.value.kind !== 'error' || /unknown subcommand/i.test(text)) return undefined;
  return { kind: 'arena', command: ['DEBUG', 'ARENA-CHECK'], ours: text, reference: '' };
}

async function compareStates(pair: ServerPair): Promise<Found> {
  const states = await pair.both(({ control }) => readState(control));
  for (const [index, ours] of states.ours.entries()) {
    const reference = states.reference[index];
    if (reference !== undefined && isSameItem(ours, reference)) continue;
    const [left, right] = [describeItem(ours), describeItem(reference)];
    return { kind: 'state', command: reference?.command ?? ours.command, ours: left, reference: right };
  }
  return undefined;
}

function isSameItem(left: StateItem, right: StateItem): boolean {
  if (left.database !== right.database || left.command.join(' ') !== right.command.join(' ')) return false;
  return areEqual(findRule(left.command), left.reply, right.reply) || left.command[0] === 'DBSIZE';
}

function describeItem(item: StateItem | undefined): string {
  return item === undefined
    ? 'nothing'
    : `db ${item.database} ${item.command.join(' ')}: ${item.reply.bytes.toString('latin1')}`;
}

type Marks = Both<{ readonly file: string; readonly offset: number }>;

function markEffects(pair: ServerPair): Marks {
  const mark = (folder: string) => {
    const file = findEffectsFile(folder);
    if (file === undefined)
      throw new Error(`there is no append-only file in ${folder}; --no-effects leaves effects out`);
    return { file, offset: sizeOf(file) };
  };
  return { ours: mark(pair.session('ours').server.dir), reference: mark(pair.session('reference').server.dir) };
}

const SHOWN_EFFECTS = 3;

function compareEffectsSince(marks: Marks | undefined): Found {
  if (marks === undefined) return undefined;
  const [ours = [], reference = []] = sides.map((side) =>
    sortExpiries(readEffects(marks[side].file, marks[side].offset)),
  );
  const length = Math.max(ours.length, reference.length);
  for (let index = 0; index < length; index++) {
    const [left, right] = [ours[index], reference[index]];
    if (left !== undefined && right !== undefined && areEffectsEqual(left, right)) continue;
    const show = (effects: readonly Effect[]) =>
      effects
        .slice(index, index + SHOWN_EFFECTS)
        .map((effect) => effect.join(' '))
        .join('; ') || 'no more';
    return { kind: 'effects', command: right ?? left ?? [], ours: show(ours), reference: show(reference) };
  }
  return undefined;
}
