// Commands that need the data set wait until it is loaded.
import type { Command } from '../commands/command-table.ts';
import type { Services } from '../commands/services.ts';

const LOADING = 'LOADING Valkey is loading the dataset in memory';

export function loadingRefusal({ persistence }: Services, command: Command): string | undefined {
  return persistence.loading && !command.has('loading') ? LOADING : undefined;
}
