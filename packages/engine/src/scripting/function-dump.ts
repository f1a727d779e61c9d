// The payload of FUNCTION DUMP: for each library the opcode of functions and its code as an RDB string, then the RDB
// version and a CRC-64, both little-endian. Reading accepts every form that an RDB string can have.
import { crc64 } from '../encodings/crc64.ts';
import { lzfDecompress } from '../encodings/lzf.ts';

const OPCODE_FUNCTION = 245;
const OPCODE_FUNCTION_BEFORE_RELEASE = 246;
const VERSION_WRITTEN = 11;
const VERSION_MAX = 80;
const FOOTER_BYTES = 10;

/** The payload for the code of libraries, binary strings both. */
export function dumpFunctions(codes: Iterable<string>): string {
  const parts: Buffer[] = [];
  for (const code of codes) {
    parts.push(Buffer.from([OPCODE_FUNCTION]), lengthBytes(code.length), Buffer.from(code, 'latin1'));
  }
  parts.push(Buffer.from([VERSION_WRITTEN, 0]));
  const body = Buffer.concat(parts);
  const checksum = Buffer.alloc(8);
  checksum.writeBigUInt64LE(crc64(body, 0, body.length));
  return Buffer.concat([body, checksum]).toString('latin1');
}

/** The code of the libraries in a payload, or why it cannot be read. */
export function readFunctionDump(payload: string): readonly string[] | { readonly error: string } {
  const bytes = Buffer.from(payload, 'latin1');
  if (!isSound(bytes)) return { error: 'DUMP payload version or checksum are wrong' };
  const codes: string[] = [];
  const end = bytes.length - FOOTER_BYTES;
  let at = 0;
  while (at < end) {
    const opcode = bytes[at];
    if (opcode === OPCODE_FUNCTION_BEFORE_RELEASE) return { error: 'Pre-GA function format not supported' };
    if (opcode !== OPCODE_FUNCTION) return { error: 'given type is not a function' };
    const read = readString(bytes.subarray(0, end), at + 1);
    if (read === undefined) return { error: 'Failed loading library payload' };
    codes.push(read.text);
    at = read.next;
  }
  return codes;
}

function isSound(bytes: Buffer): boolean {
  if (bytes.length < FOOTER_BYTES) return false;
  if (bytes.readUInt16LE(bytes.length - FOOTER_BYTES) > VERSION_MAX) return false;
  return crc64(bytes, 0, bytes.length - 8) === bytes.readBigUInt64LE(bytes.length - 8);
}

function lengthBytes(length: number): Buffer {
  if (length < 64) return Buffer.from([length]);
  if (length < 16384) return Buffer.from([0x40 | (length >> 8), length & 0xff]);
  const bytes = Buffer.alloc(5);
  bytes[0] = 0x80;
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

interface ReadText {
  readonly text: string;
  readonly next: number;
}

interface ReadLength {
  readonly length: number;
  readonly next: number;
  /** The string has a form of its own: 0 to 2 are integers of 8, 16 and 32 bits, 3 is compressed. */
  readonly isEncoded: boolean;
}

function readLength(bytes: Buffer, at: number): ReadLength | undefined {
  if (at >= bytes.length) return undefined;
  const first = bytes[at];
  const low = first & 0x3f;
  if (first >> 6 === 0) return { length: low, next: at + 1, isEncoded: false };
  if (first >> 6 === 3) return { length: low, next: at + 1, isEncoded: true };
  if (first >> 6 === 1) {
    return at + 1 < bytes.length ? { length: (low << 8) | bytes[at + 1], next: at + 2, isEncoded: false } : undefined;
  }
  if (first === 0x80 && at + 5 <= bytes.length) {
    return { length: bytes.readUInt32BE(at + 1), next: at + 5, isEncoded: false };
  }
  if (first === 0x81 && at + 9 <= bytes.length) {
    return { length: Number(bytes.readBigUInt64BE(at + 1)), next: at + 9, isEncoded: false };
  }
  return undefined;
}

function readString(bytes: Buffer, at: number): ReadText | undefined {
  const head = readLength(bytes, at);
  if (head === undefined) return undefined;
  if (head.isEncoded) return head.length === 3 ? readCompressed(bytes, head.next) : undefined;
  const next = head.next + head.length;
  if (next > bytes.length) return undefined;
  return { text: bytes.toString('latin1', head.next, next), next };
}

function readCompressed(bytes: Buffer, at: number): ReadText | undefined {
  const packed = readLength(bytes, at);
  const plain = packed && readLength(bytes, packed.next);
  if (packed === undefined || plain === undefined || plain.next + packed.length > bytes.length) return undefined;
  const output = Buffer.alloc(plain.length);
  if (!lzfDecompress(bytes, plain.next, packed.length, output, 0, plain.length)) return undefined;
  return { text: output.toString('latin1'), next: plain.next + packed.length };
}
