// Node's buffers read and write binary strings without looking an encoding up; the types of Node leave these methods
// out. `toString('latin1')` costs twice as much for the strings of a few dozen bytes that scripts and replies are made of.
declare global {
  interface Buffer {
    latin1Slice(start: number, end: number): string;
    latin1Write(text: string, offset: number, length: number): number;
  }
}

/** The whole of `bytes` as a buffer over the same memory. */
export function bufferOver(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
