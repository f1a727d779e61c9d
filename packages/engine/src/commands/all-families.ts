// Every family's table. A new family is one import and one line.
import { aclCommands } from './acl.ts';
import { commandCommands } from './command.ts';
import type { CommandSpec } from './command-spec.ts';
import { connectionCommands } from './connection.ts';
import { counterCommands } from './counter.ts';
import { debugCommands } from './debug.ts';
import { genericCommands } from './generic.ts';
import { stringCommands } from './string.ts';
import { lcsCommands } from './string-lcs.ts';
import { stringSetCommands } from './string-set.ts';
import { transactionCommands } from './transaction.ts';

export const allFamilies: readonly (readonly CommandSpec[])[] = [
  aclCommands,
  commandCommands,
  connectionCommands,
  counterCommands,
  debugCommands,
  genericCommands,
  lcsCommands,
  stringCommands,
  stringSetCommands,
  transactionCommands,
];
