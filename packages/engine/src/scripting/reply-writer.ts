// What a script returned, as a reply: the rules of Valkey's Lua for numbers (cut to integers), booleans, tables with a
// field that says what they are (`ok`, `err`, `double`, `map`, `set`, `big_number`, `verbatim_string`), and lists.
// Containers are counted before they are written, so nothing has to be moved; fields are read raw.
import type { Reply } from '../session/reply.ts';
import { toInteger } from './lua/arguments.ts';
import { LuaTable } from './lua/lua-table.ts';
import type { LuaValue } from './lua/lua-value.ts';

/** Tables inside of tables; Valkey ends where Lua's stack does. */
const DEPTH_MAX = 2000;

/** Writes a value. `protocol` is the script's (`server.setresp`): it decides what booleans are. */
export function writeValue(reply: Reply, value: LuaValue, protocol: number, depth = 0): void {
  if (typeof value === 'string') return reply.bulkText(value);
  if (typeof value === 'number') return writeInteger(reply, value);
  if (depth > DEPTH_MAX) return reply.error('ERR reached lua stack limit');
  if (value instanceof LuaTable) return writeTable(reply, value, protocol, depth);
  if (typeof value !== 'boolean') return reply.nil();
  if (protocol === 3) return reply.boolean(value);
  if (value) reply.integer(1);
  else reply.nil();
}

function writeInteger(reply: Reply, value: number): void {
  const integer = toInteger(value);
  if (Number.isSafeInteger(integer)) reply.integer(integer);
  else reply.bigInteger(BigInt(integer));
}

/** An error reply that the statistics have counted already: only the running command counts as failed. */
export function writeCountedError(reply: Reply, text: string): void {
  reply.errorCount++;
  const line = Buffer.from(`-${oneLine(text)}\r\n`, 'latin1');
  reply.raw(line, 0, line.length);
}

/** The text of an error reply: line ends at its end go, others become spaces. */
export function oneLine(text: string): string {
  return text.replace(/[\r\n]+$/, '').replace(/[\r\n]/g, ' ');
}

function writeTable(reply: Reply, table: LuaTable, protocol: number, depth: number): void {
  if (table.hash !== undefined && writeMarked(reply, table, protocol, depth)) return;
  const count = listLength(table);
  reply.array(count);
  for (let i = 1; i <= count; i++) writeValue(reply, table.get(i), protocol, depth + 1);
}

/** Writes a table that a field marks as something else than a list; false where none does. */
function writeMarked(reply: Reply, table: LuaTable, protocol: number, depth: number): boolean {
  const error = table.getString('err');
  if (typeof error === 'string') {
    if (table.getString('ignore_error_stats_update') === true) writeCountedError(reply, error);
    else reply.error(oneLine(error), true);
    return true;
  }
  const status = table.getString('ok');
  if (typeof status === 'string') {
    reply.simple(oneLineOfC(status));
    return true;
  }
  return writeScalar(reply, table) || writeContainer(reply, table, protocol, depth);
}

/** Valkey copies these as C strings, whose line ends become spaces. */
function oneLineOfC(text: string): string {
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)).replace(/[\r\n]/g, ' ');
}

function writeScalar(reply: Reply, table: LuaTable): boolean {
  const double = table.getString('double');
  if (typeof double === 'number') {
    reply.double(double);
    return true;
  }
  const digits = table.getString('big_number');
  if (typeof digits === 'string') {
    reply.bigNumber(oneLineOfC(digits));
    return true;
  }
  const verbatim = table.getString('verbatim_string');
  if (!(verbatim instanceof LuaTable)) return false;
  const format = verbatim.getString('format');
  const text = verbatim.getString('string');
  if (typeof format !== 'string' || typeof text !== 'string') return false;
  reply.verbatim(format.padEnd(3, ' ').slice(0, 3), text);
  return true;
}

function writeContainer(reply: Reply, table: LuaTable, protocol: number, depth: number): boolean {
  const map = table.getString('map');
  if (map instanceof LuaTable) {
    reply.map(fieldCount(map));
    forEachField(map, (key, value) => {
      writeValue(reply, key, protocol, depth + 1);
      writeValue(reply, value, protocol, depth + 1);
    });
    return true;
  }
  const set = table.getString('set');
  if (!(set instanceof LuaTable)) return false;
  reply.set(fieldCount(set));
  forEachField(set, (key) => writeValue(reply, key, protocol, depth + 1));
  return true;
}

/** Fields up to the first nil. */
function listLength(table: LuaTable): number {
  const { array } = table;
  for (let i = 0; i < array.length; i++) if (array[i] === undefined) return i;
  let length = array.length;
  if (table.hash !== undefined) while (table.get(length + 1) !== undefined) length++;
  return length;
}

function fieldCount(table: LuaTable): number {
  let count = 0;
  forEachField(table, () => count++);
  return count;
}

function forEachField(table: LuaTable, visit: (key: LuaValue, value: LuaValue) => void): void {
  for (let place = table.nextPlace(0); place >= 0; place = table.nextPlace(place + 1)) {
    visit(table.keyAt(place), table.valueAt(place));
  }
}
