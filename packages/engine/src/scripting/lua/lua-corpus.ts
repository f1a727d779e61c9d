/** All scripts whose results are compared between the executors and with a real Valkey. */
import { ADDED_LIBRARY_CORPUS } from './added-library-corpus.ts';
import { LANGUAGE_CORPUS } from './language-corpus.ts';
import { LIBRARY_CORPUS } from './library-corpus.ts';
import { SYNTAX_CORPUS } from './syntax-corpus.ts';

export const LUA_CORPUS: readonly string[] = [
  ...LANGUAGE_CORPUS,
  ...SYNTAX_CORPUS,
  ...LIBRARY_CORPUS,
  ...ADDED_LIBRARY_CORPUS,
];
