// Spoils commands: wrong number of arguments, numbers that are none, options twice or unknown, names that do not exist.
// What comes out may by chance still be right; both servers have to agree either way.
import type { SeededRandom } from '@valkeep/testing';
import { junk, vocabulary, WILD_PREFIX } from './vocabulary.ts';

type Spoil = (random: SeededRandom, args: string[]) => string[];

const unknownNames = ['NOSUCH', 'GETT', 'get set', '', '\0', 'XGROUP|CREATE', '\xe9', 'a'.repeat(200)];

const spoils: readonly (readonly [number, Spoil])[] = [
  [30, replaceOne],
  [15, dropLast],
  [8, dropOne],
  [10, (random, args) => [...args, random.pick(junk)]],
  [8, (random, args) => insertAt(random, args, vocabulary['option']?.(random) ?? 'NX')],
  [6, (random, args) => [...args, ...args.slice(-random.integer(1, 3))]],
  [4, (_random, args) => args.slice(0, 1)],
  [4, (random, args) => [random.pick(unknownNames), ...args.slice(1)]],
  [3, (random, args) => [args[0] ?? '', random.pick(['NOSUCH', 'help', 'x'.repeat(150)]), ...args.slice(2)]],
  [6, swapTwo],
  [6, (random, args) => args.map((arg) => (random.chance(0.2) ? flipCase(arg) : arg))],
];

export function spoilCommand(random: SeededRandom, args: readonly string[]): string[] {
  const spoiled = random.pickWeighted(spoils)(random, [...args]);
  const twice = random.chance(0.15) ? random.pickWeighted(spoils)(random, spoiled) : spoiled;
  return dependsOnChance(twice) || endsMidway(twice) ? [...args] : twice;
}

const SECONDS_WORD = /^(EX|EXPIRE|HEXPIRE|SETEX)$/i;
const MILLISECONDS_WORD = /^(PX|PEXPIRE|HPEXPIRE|PSETEX)$/i;
const EPISODE_SECONDS_MAX = 30;
/** Times of one digit are waited for (steps.ts). */
const WAITED_MS_MAX = 9;

/** Times to live that would end somewhere in the episode, on one server before the other. */
function endsMidway(args: readonly string[]): boolean {
  return args.some((word, index) => {
    const time = Number(args[index === 0 ? 2 : index + 1]);
    if (SECONDS_WORD.test(word)) return time >= 1 && time <= EPISODE_SECONDS_MAX;
    return MILLISECONDS_WORD.test(word) && time > WAITED_MS_MAX && time <= EPISODE_SECONDS_MAX * 1000;
  });
}

/** Commands that would leave different data on the two servers: they may touch wild keys only. */
function dependsOnChance([name = '', key = '', ...rest]: readonly string[]): boolean {
  if (key.startsWith(WILD_PREFIX)) return false;
  return /^SPOP$/i.test(name) || (/^XADD$/i.test(name) && rest.includes('*'));
}

function replaceOne(random: SeededRandom, args: string[]): string[] {
  if (args.length < 2) return [...args, random.pick(junk)];
  const place = random.integer(1, args.length - 1);
  return args.map((arg, index) => (index === place ? random.pick(junk) : arg));
}

function dropLast(random: SeededRandom, args: string[]): string[] {
  return args.slice(0, Math.max(1, args.length - random.integer(1, 2)));
}

function dropOne(random: SeededRandom, args: string[]): string[] {
  const place = random.integer(1, Math.max(1, args.length - 1));
  return args.filter((_, index) => index !== place);
}

function insertAt(random: SeededRandom, args: string[], word: string): string[] {
  const place = random.integer(1, args.length);
  return [...args.slice(0, place), word, ...args.slice(place)];
}

function swapTwo(random: SeededRandom, args: string[]): string[] {
  if (args.length < 3) return args;
  const place = random.integer(1, args.length - 2);
  return [...args.slice(0, place), args[place + 1] ?? '', args[place] ?? '', ...args.slice(place + 2)];
}

function flipCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()));
}

const frames = [
  '*1\r\n$4\r\nPING\r\n*x\r\n',
  '*2\r\n$3\r\nGET\r\n:1\r\n',
  '*1\r\n$-1\r\n',
  '*1\r\n$x\r\n',
  '*1\r\n$99999999999\r\n',
  '*1048577\r\n',
  '*-1\r\nPING\r\n',
  '*0\r\nPING\r\n',
  '*99999999999\r\n',
  '*1\r\nPING\r\n',
  '*1\r\n$4\r\nPINGxx*1\r\n$4\r\nPING\r\n',
  '\r\n\r\nPING\r\n',
  'PING\nPING\r\n',
  'ECHO "a\\x41\\n b"\r\n',
  "ECHO 'it\\'s'\r\n",
  'ECHO "open\r\n',
  'ECHO "a"b\r\n',
  'SET s1 "\\"" XX EX\r\n',
  '   ECHO    a   \r\n',
  '\0\0\r\n',
  'QUIT\r\nPING\r\n',
  '*3\r\n$3\r\nSET\r\n$2\r\ns1\r\n$1\r\na\r\n*2\r\n$3\r\nGET\r\n$2\r\ns1\r\n*2\r\n$3\r\nGE',
  'HELLO 4\r\nHELLO 3 SETNAME\r\nHELLO x\r\n',
  'MULTI\r\nNOSUCH\r\nSET s1\r\nEXEC\r\nMULTI\r\nGET s1\r\nINCR l1\r\nEXEC\r\n',
];

/** Bytes for a connection of their own: frames that are broken, inline commands, and ends in the middle. */
export function drawFrames(random: SeededRandom): string {
  const text = random.times(1, 3, () => random.pick(frames)).join('');
  return random.chance(0.2) ? text.slice(0, random.integer(0, text.length)) : text;
}
