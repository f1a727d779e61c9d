/**
 * `struct`: binary records by format strings.
 * Options: ' ' nothing, '<' '>' endianness, '!n' alignment, b B h H l L T i[n] I[n] integers, f d floats, s zero-terminated,
 * c[n] bytes (c0 takes its length from the data), x padding.
 */
import { checkNumber, checkString, optionalInteger, toUnsigned } from '../lua/arguments.ts';
import { badArgument, LuaError } from '../lua/lua-error.ts';
import type { LuaReturn, LuaValue } from '../lua/lua-value.ts';
import { addLibrary } from '../lua/register-library.ts';
import type { LuaRuntime } from '../lua/runtime.ts';

const INTEGER_SIZE_MAX = 32;
const ALIGNMENT_MAX = 8;
const NUMBER_MAX = 0x7fffffff;
const scratch = Buffer.alloc(8);

/** Reads a format option by option, keeping endianness and alignment. */
class FormatReader {
  readonly #format: string;
  #at = 0;
  isBigEndian = false;
  #alignment = 1;
  option = '';
  size = 0;

  constructor(format: string) {
    const end = format.indexOf('\0');
    this.#format = end < 0 ? format : format.slice(0, end);
  }

  next(): boolean {
    if (this.#at >= this.#format.length) return false;
    this.option = this.#format.charAt(this.#at++);
    this.size = this.#optionSize();
    return true;
  }

  #number(otherwise: number): number {
    const start = this.#at;
    let value = 0;
    for (;;) {
      const digit = this.#format.charCodeAt(this.#at) - 48;
      if (!(digit >= 0 && digit <= 9)) break;
      value = value * 10 + digit;
      if (value > NUMBER_MAX) throw new LuaError('integral size overflow', 1);
      this.#at++;
    }
    return this.#at === start ? otherwise : value;
  }

  #optionSize(): number {
    switch (this.option) {
      case 'B':
      case 'b':
      case 'x':
        return 1;
      case 'H':
      case 'h':
        return 2;
      case 'f':
        return 4;
      case 'L':
      case 'l':
      case 'T':
      case 'd':
        return 8;
      case 'c':
        return this.#number(1);
      case 'i':
      case 'I': {
        const size = this.#number(4);
        if (size <= INTEGER_SIZE_MAX) return size;
        throw new LuaError(`integral size ${size} is larger than limit of ${INTEGER_SIZE_MAX}`, 1);
      }
      default:
        return 0;
    }
  }

  padding(position: number): number {
    if (this.size === 0 || this.option === 'c') return 0;
    const size = Math.min(this.size, this.#alignment);
    return (size - (position & (size - 1))) & (size - 1);
  }

  /** An option that reads or writes nothing. */
  control(): void {
    switch (this.option) {
      case ' ':
        return;
      case '>':
        this.isBigEndian = true;
        return;
      case '<':
        this.isBigEndian = false;
        return;
      case '!': {
        const alignment = this.#number(ALIGNMENT_MAX);
        if (alignment <= 0 || (alignment & (alignment - 1)) !== 0) {
          throw new LuaError(`alignment ${alignment} is not a power of 2`, 1);
        }
        this.#alignment = alignment;
        return;
      }
      default:
        throw badArgument(1, `invalid format option '${this.option}'`);
    }
  }
}

export function openStructLibrary(runtime: LuaRuntime): void {
  addLibrary(runtime, 'struct', {
    pack: (args) => {
      // The C library puts a nil after its arguments: a missing one is reported as that.
      const packed = pack(args.length === 0 ? args : [...args, undefined]);
      runtime.charge(packed.length);
      return packed;
    },
    unpack: (args) => unpack(args),
    size: (args) => sizeOf(checkString(args, 0)),
  });
}

function isInteger(option: string): boolean {
  return 'bBhHlLTiI'.includes(option);
}

function pack(args: readonly LuaValue[]): string {
  const reader = new FormatReader(checkString(args, 0));
  let packed = '';
  let argument = 1;
  while (reader.next()) {
    packed += '\0'.repeat(reader.padding(packed.length));
    const { option, size } = reader;
    if (isInteger(option)) packed += packInteger(checkNumber(args, argument++), size, reader.isBigEndian);
    else if (option === 'x') packed += '\0';
    else if (option === 'f' || option === 'd') packed += packFloat(checkNumber(args, argument++), reader);
    else if (option === 'c' || option === 's') {
      const text = checkString(args, argument++);
      if (text.length < size) throw badArgument(argument + 1, 'string too short');
      packed += size === 0 ? text : text.slice(0, size);
      if (option === 's') packed += '\0';
    } else reader.control();
  }
  return packed;
}

function inOrder(littleEndian: string, isBigEndian: boolean): string {
  return isBigEndian ? Buffer.from(littleEndian, 'latin1').reverse().toString('latin1') : littleEndian;
}

function packInteger(value: number, size: number, isBigEndian: boolean): string {
  scratch.writeBigUInt64LE(toUnsigned(value));
  const bytes = scratch.toString('latin1').slice(0, size).padEnd(size, '\0');
  return inOrder(bytes, isBigEndian);
}

function packFloat(value: number, { option, isBigEndian }: FormatReader): string {
  if (option === 'd') scratch.writeDoubleLE(value);
  else scratch.writeFloatLE(value);
  return inOrder(scratch.toString('latin1', 0, option === 'd' ? 8 : 4), isBigEndian);
}

function unpack(args: readonly LuaValue[]): LuaReturn {
  const reader = new FormatReader(checkString(args, 0));
  const data = checkString(args, 1);
  let position = optionalInteger(args, 2, 1) - 1;
  if (position === -1) throw badArgument(3, 'offset must be 1 or greater');
  // Offsets are unsigned: a negative one is beyond any data.
  if (position < 0) position = Number.POSITIVE_INFINITY;
  const values: LuaValue[] = [];
  while (reader.next()) {
    position += reader.padding(position);
    let { size } = reader;
    checkRoom(data, position, size);
    switch (reader.option) {
      case 'x':
        break;
      case 'f':
      case 'd':
        values.push(unpackFloat(data.slice(position, position + size), reader));
        break;
      case 'c':
        if (size === 0) size = previousSize(values);
        checkRoom(data, position, size);
        values.push(data.slice(position, position + size));
        break;
      case 's': {
        const end = data.indexOf('\0', position);
        if (end < 0) throw new LuaError('unfinished string in data', 1);
        values.push(data.slice(position, end));
        size = end - position + 1;
        break;
      }
      default:
        if (isInteger(reader.option)) values.push(unpackInteger(data.slice(position, position + size), reader));
        else reader.control();
    }
    position += size;
  }
  values.push(position + 1);
  return values;
}

function checkRoom(data: string, position: number, size: number): void {
  if (size > data.length || position > data.length - size) throw badArgument(2, 'data string too short');
}

/** The length of c0: the number read before it, which is used up. */
function previousSize(values: LuaValue[]): number {
  const previous = values.pop();
  const size = typeof previous === 'string' ? Number(previous) : previous;
  if (typeof size !== 'number' || Number.isNaN(size)) throw new LuaError("format 'c0' needs a previous size", 1);
  return size < 0 ? Number.MAX_SAFE_INTEGER : Math.trunc(size);
}

function unpackInteger(bytes: string, { option, isBigEndian }: FormatReader): number {
  const littleEndian = inOrder(bytes, isBigEndian);
  let value = 0n;
  for (let at = littleEndian.length - 1; at >= 0; at--) {
    value = BigInt.asUintN(64, (value << 8n) | BigInt(littleEndian.charCodeAt(at)));
  }
  const isSigned = option === option.toLowerCase();
  return Number(isSigned ? BigInt.asIntN(Math.min(64, bytes.length * 8), value) : value);
}

function unpackFloat(bytes: string, { option, isBigEndian }: FormatReader): number {
  const buffer = Buffer.from(inOrder(bytes, isBigEndian), 'latin1');
  return option === 'd' ? buffer.readDoubleLE() : buffer.readFloatLE();
}

function sizeOf(format: string): number {
  const reader = new FormatReader(format);
  let position = 0;
  while (reader.next()) {
    position += reader.padding(position);
    if (reader.option === 's') throw badArgument(1, "option 's' has no fixed size");
    if (reader.option === 'c' && reader.size === 0) throw badArgument(1, "option 'c0' has no fixed size");
    if (!/[0-9A-Za-z]/.test(reader.option)) reader.control();
    position += reader.size;
  }
  return position;
}
