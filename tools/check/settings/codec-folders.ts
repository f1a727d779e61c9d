// Where bytes become values. Only there (and in tests) may `as` state a type that the compiler cannot see.

export const codecFolders: readonly string[] = [
  'packages/resp/src/',
  'packages/engine/src/encodings/',
  'packages/engine/src/memory/',
  'packages/engine/src/persistence/',
];

/** The one module that turns addresses into views, and the only one that may ask for addresses. */
export const nativeMemoryModule = 'packages/engine/src/memory/native-memory.ts';
