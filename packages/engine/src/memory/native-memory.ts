// Memory outside of the V8 heap, reserved from the kernel and visible to C.
// This is the only module that may turn addresses into JavaScript views. It never hands out a pointer to a
// JavaScript buffer: the collector could move or free such a buffer under a system call.
// A region is a reservation: pages cost nothing until they are touched, and `discard` gives them back.
import ffi from 'node:ffi';
import { assert } from '@valkeep/base';

const PROT_READ_WRITE = 0x1 | 0x2;
const MAP_PRIVATE_ANONYMOUS_NORESERVE = 0x02 | 0x20 | 0x4000;
const MADV_DONTNEED = 4;
const MADV_HUGEPAGE = 14;

const { functions: libc } = ffi.dlopen(null, {
  mmap: { arguments: ['pointer', 'u64', 'i32', 'i32', 'i32', 'i64'], return: 'pointer' },
  munmap: { arguments: ['pointer', 'u64'], return: 'i32' },
  madvise: { arguments: ['pointer', 'u64', 'i32'], return: 'i32' },
});

/** A range of native memory: `bytes[i]` is the byte at address `pointer + i`. */
export interface NativeRegion {
  readonly bytes: Uint8Array;
  readonly pointer: bigint;
}

/** Reserves `byteLength` bytes of zeroed address space and returns its address. Throws when the kernel refuses. */
export function reserveAddressSpace(byteLength: number): bigint {
  const pointer = libc.mmap(0n, BigInt(byteLength), PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS_NORESERVE, -1, 0n);
  assert(pointer !== 0xffffffffffffffffn && pointer !== -1n, `cannot reserve ${byteLength} bytes of address space`);
  return pointer;
}

/** A view of reserved address space. It counts as external memory of V8, so make it only when it is used. */
export function viewNativeMemory(pointer: bigint, byteLength: number): ArrayBuffer {
  return ffi.toArrayBuffer(pointer, byteLength, false);
}

/** Reserves a region of its own with one view; for buffers that live as long as the process. */
export function reserveRegion(byteLength: number): NativeRegion {
  const pointer = reserveAddressSpace(byteLength);
  return { bytes: new Uint8Array(viewNativeMemory(pointer, byteLength)), pointer };
}

/** Gives the pages of a range back to the kernel; they read as zero afterwards. The range is page-aligned. */
export function discardPages(pointer: bigint, byteLength: number): void {
  const result = libc.madvise(pointer, BigInt(byteLength), MADV_DONTNEED);
  assert(result === 0, 'madvise refused to give pages back');
}

/**
 * Asks for pages of 2 MiB, which spare the processor most address translations. A kernel that has none says no, and
 * nothing is lost. (Servers that fork to save must avoid them, since each write would then copy 2 MiB; this one does not
 * fork.)
 */
export function preferHugePages(pointer: bigint, byteLength: number): void {
  libc.madvise(pointer, BigInt(byteLength), MADV_HUGEPAGE);
}

/** Ends a reservation. No view of it may be used afterwards: it would crash the process. */
export function releaseAddressSpace(pointer: bigint, byteLength: number): void {
  const result = libc.munmap(pointer, BigInt(byteLength));
  assert(result === 0, 'munmap refused to release a reservation');
}
