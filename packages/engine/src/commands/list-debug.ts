// DEBUG QUICKLIST-PACKED-THRESHOLD: from which length on an element of a big list gets a node of its own. Tests set it
// low, so that short elements take the paths of large ones; 0 goes back to the limit of nodes.
import { parseMemory } from '../config/parse-number.ts';
import type { Call } from './call.ts';
import { CommandError } from './command-error.ts';
import { listsFor } from './list-replies.ts';

/** Just below 4 GiB. */
const THRESHOLD_MAX = 2 ** 32 - 2 ** 20;
const NOT_A_SIZE = new CommandError('ERR argument must be a memory value bigger than 1 and smaller than 4gb');

export function setPackedThreshold(call: Call): void {
  const bytes = parseMemory(call.args.text(2));
  if (bytes === undefined || bytes > THRESHOLD_MAX) throw NOT_A_SIZE;
  listsFor(call).limits.packedThreshold = Number(bytes);
  call.reply.ok();
}
