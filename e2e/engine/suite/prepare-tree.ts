// A scratch copy of Valkey's tests in which another server stands for `src/valkey-server`. Each file that runs at the same
// time has its own, because the suite cleans up tests/tmp as it pleases. Three changes make one failure hide little:
// lines come out at once; a server that died is noticed at once rather than after two minutes; an error outside of a test
// ends its start_server block, and counts as a failure, but not the whole file.
import { chmodSync, cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReferenceEngines } from '@valkeep/testing';

const COPIED = ['tests', 'utils', 'src/commands', 'valkey.conf'];
const TOOLS = ['valkey-cli', 'valkey-benchmark', 'valkey-check-rdb', 'valkey-check-aof'];

interface Patch {
  readonly file: string;
  /** Text that must be there, once. */
  readonly find: string;
  readonly replace: string;
}

const patches: readonly Patch[] = [
  {
    file: 'tests/test_helper.tcl',
    find: 'set tcl_precision 17\n',
    replace: 'set tcl_precision 17\nfconfigure stdout -buffering line\n',
  },
  {
    file: 'tests/support/server.tcl',
    find: '        # Check if the port is actually busy and the server failed\n',
    replace: `        set said [exec cat $stdout]
        if {![is_alive $pid] && ![regexp -- " PID: $pid.*Server initialized" $said] && ![regexp {Failed listening on port} $said]} {
            start_server_error $executable $config_file "exited: [exec tail -n 5 $stdout] [exec tail -n 5 $stderr]"
            break
        }

        # Check if the port is actually busy and the server failed
`,
  },
  {
    file: 'tests/support/server.tcl',
    find: 'if {!$assertion && !$skip && $::durable} {',
    replace: 'if {!$skip && $::durable && $::cur_test eq ""} {',
  },
  {
    file: 'tests/support/server.tcl',
    find: '                send_data_packet $::test_server_fd err [join $details "\\n"]\n            } else {\n                # Restore state',
    replace: `                send_data_packet $::test_server_fd err [join $details "\\n"]
                set ::singledb $old_singledb
                set ::tags [lrange $::tags 0 end-[llength $tags]]
                return
            } else {
                # Restore state`,
  },
];

/** Makes the copy in `tree`. `server` is the command that stands for valkey-server. Throws when a patch does not fit. */
export function prepareTree(tree: string, engines: ReferenceEngines, server: readonly string[]): void {
  mkdirSync(join(tree, 'src'), { recursive: true });
  for (const path of COPIED) cpSync(join(engines.testsFolder, path), join(tree, path), { recursive: true });
  for (const tool of TOOLS) symlinkSync(engines.program(tool), join(tree, 'src', tool));
  const start = join(tree, 'src/valkey-server');
  writeFileSync(start, `#!/bin/sh\nexec ${server.map(quoteForShell).join(' ')} "$@"\n`);
  chmodSync(start, 0o755);
  for (const patch of patches) applyPatch(tree, patch);
}

function applyPatch(tree: string, { file, find, replace }: Patch): void {
  const path = join(tree, file);
  const text = readFileSync(path, 'latin1');
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`${file} is not the version that the patches were made for: ${find.trim()}`);
  writeFileSync(path, parts.join(replace), 'latin1');
}

function quoteForShell(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
