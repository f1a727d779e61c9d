// Block sizes of the arena's slabs: multiples of 16 bytes, about four steps a doubling (at most 20 % unused), up to
// SMALL_BYTES_MAX. Larger blocks are whole pages.
const SIZES: readonly number[] = [
  16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 896, 1024, 1280, 1536, 1792, 2048,
  2560, 3072, 3584, 4096, 5120, 6144, 7168, 8192, 10240, 12288, 16384,
];

export const SMALL_BYTES_MAX = 16384;
export const CLASS_COUNT = SIZES.length;
/** Bytes of a block of each class. */
export const CLASS_BYTES = Uint16Array.from(SIZES);
/** Class of a block of `n` granules of 16 bytes, at index `n`. */
export const CLASS_OF_GRANULES = new Uint8Array(SMALL_BYTES_MAX / 16 + 1);

let nextClass = 0;
for (let granules = 0; granules < CLASS_OF_GRANULES.length; granules++) {
  if (granules * 16 > CLASS_BYTES[nextClass]) nextClass++;
  CLASS_OF_GRANULES[granules] = nextClass;
}
