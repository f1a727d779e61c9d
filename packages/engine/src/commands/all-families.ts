// Every family's table. A new family is one import and one line.
import { aclCommands } from './acl.ts';
import type { CommandSpec } from './command-spec.ts';
import { connectionCommands } from './connection.ts';
import { counterCommands } from './counter.ts';
import { genericCommands } from './generic.ts';
import { stringCommands } from './string.ts';
import { transactionCommands } from './transaction.ts';

export const allFamilies: readonly (readonly CommandSpec[])[] = [
  aclCommands,
  connectionCommands,
  counterCommands,
  genericCommands,
  stringCommands,
  transactionCommands,
];
