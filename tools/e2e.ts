// `npm run e2e -- <name> [arguments]`: a run over the whole system, e2e/<name>.ts. Without a name, lists them.
import { runNamedProgram } from './programs/run-named-program.ts';

runNamedProgram('e2e', process.argv.slice(2));
