// `npm run bench -- <name> [arguments]`: a benchmark beside the originals, bench/<name>.ts. Without a name, lists them.
import { runNamedProgram } from './programs/run-named-program.ts';

runNamedProgram('bench', process.argv.slice(2));
