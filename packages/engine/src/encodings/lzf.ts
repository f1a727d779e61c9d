// LZF (Marc Lehmann's format) for strings in RDB files and DUMP payloads. A control byte below 32 stands for that many
// literal bytes and one more; above, its upper three bits and, when all are set, a further byte are the length minus
// two of a match, its lower five bits and one more byte the distance minus one. Any compressor of the format will do:
// ours need not choose the same matches as the original's.

const HASH_BITS = 14;
const DISTANCE_MAX = 8192;
const MATCH_MIN = 3;
const MATCH_MAX = 264;
const LITERALS_MAX = 32;
/** Below it the run could only grow. */
const INPUT_MIN = 4;
const EPOCH_MAX = 2 ** 30;
const COPY_LOOP_MAX = 24;

/** Where three bytes were seen last, counted from `epoch`; older entries belong to earlier calls. */
const seen = new Int32Array(1 << HASH_BITS);
let epoch = 1;

/**
 * Compresses the run into at most `room` bytes of `target`; returns the bytes written, 0 when they do not fit. Ask for
 * room shorter than the input, since otherwise nothing is gained. Input and target must not overlap.
 */
export function lzfCompress(
  bytes: Uint8Array,
  start: number,
  length: number,
  target: Uint8Array,
  targetStart: number,
  room: number,
): number {
  if (length < INPUT_MIN || room < INPUT_MIN) return 0;
  if (epoch > EPOCH_MAX - length) forgetSeen();
  const base = epoch - start;
  epoch += length;
  const end = start + length;
  const lastMatchStart = end - MATCH_MIN;
  const targetEnd = targetStart + room;
  let out = targetStart;
  let literals = start;
  let at = start;
  while (at <= lastMatchStart) {
    const slot = hashOf(bytes, at);
    const earlier = seen[slot] - base;
    seen[slot] = at + base;
    if (earlier < start || at - earlier > DISTANCE_MAX || !startsAlike(bytes, earlier, at)) {
      at++;
      continue;
    }
    const size = matchLength(bytes, earlier, at, Math.min(MATCH_MAX, end - at));
    out = writeLiterals(bytes, literals, at, target, out, targetEnd);
    if (out === -1 || out + 3 > targetEnd) return 0;
    out = writeMatch(target, out, size, at - earlier - 1);
    // The places within the match are remembered too, so that the next match may start in it.
    const matchEnd = at + size;
    for (at++; at < matchEnd && at <= lastMatchStart; at++) seen[hashOf(bytes, at)] = at + base;
    at = matchEnd;
    literals = at;
  }
  out = writeLiterals(bytes, literals, end, target, out, targetEnd);
  return out === -1 ? 0 : out - targetStart;
}

/**
 * Decompresses the run into exactly `targetLength` bytes of `target`; false when the run is damaged or stands for
 * another length. Writes nothing outside of the target, reads nothing outside of the run.
 */
export function lzfDecompress(
  bytes: Uint8Array,
  start: number,
  length: number,
  target: Uint8Array,
  targetStart: number,
  targetLength: number,
): boolean {
  const end = start + length;
  const targetEnd = targetStart + targetLength;
  let at = start;
  let out = targetStart;
  while (at < end) {
    const control = bytes[at++];
    if (control < LITERALS_MAX) {
      const count = control + 1;
      if (at + count > end || out + count > targetEnd) return false;
      for (let i = 0; i < count; i++) target[out + i] = bytes[at + i];
      at += count;
      out += count;
      continue;
    }
    let size = (control >> 5) + 2;
    if (size === 9) {
      if (at >= end) return false;
      size += bytes[at++];
    }
    if (at >= end) return false;
    const from = out - ((control & 31) << 8) - bytes[at++] - 1;
    if (from < targetStart || out + size > targetEnd) return false;
    if (size > COPY_LOOP_MAX && out - from >= size) target.copyWithin(out, from, from + size);
    else for (let i = 0; i < size; i++) target[out + i] = target[from + i];
    out += size;
  }
  return out === targetEnd;
}

function hashOf(bytes: Uint8Array, at: number): number {
  const three = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
  return Math.imul(three, 0x9e3779b1) >>> (32 - HASH_BITS);
}

function startsAlike(bytes: Uint8Array, left: number, right: number): boolean {
  return bytes[left] === bytes[right] && bytes[left + 1] === bytes[right + 1] && bytes[left + 2] === bytes[right + 2];
}

function matchLength(bytes: Uint8Array, earlier: number, at: number, most: number): number {
  let size = MATCH_MIN;
  while (size < most && bytes[earlier + size] === bytes[at + size]) size++;
  return size;
}

/** Returns the place behind the literals, -1 when they do not fit. */
function writeLiterals(
  bytes: Uint8Array,
  from: number,
  to: number,
  target: Uint8Array,
  offset: number,
  targetEnd: number,
): number {
  let at = from;
  let out = offset;
  while (at < to) {
    const count = Math.min(LITERALS_MAX, to - at);
    if (out + 1 + count > targetEnd) return -1;
    target[out++] = count - 1;
    for (let i = 0; i < count; i++) target[out + i] = bytes[at + i];
    at += count;
    out += count;
  }
  return out;
}

function writeMatch(target: Uint8Array, offset: number, size: number, distance: number): number {
  let out = offset;
  const code = size - 2;
  if (code < 7) target[out++] = (code << 5) | (distance >> 8);
  else {
    target[out++] = 0xe0 | (distance >> 8);
    target[out++] = code - 7;
  }
  target[out++] = distance & 255;
  return out;
}

function forgetSeen(): void {
  seen.fill(0);
  epoch = 1;
}
