/** The corpus on both executors, and beside a real Valkey where one is installed. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openLibraries } from '../libraries/open-libraries.ts';
import { LUA_CORPUS } from './lua-corpus.ts';
import { LuaEngine } from './lua-engine.ts';
import { LuaError, LuaSyntaxError } from './lua-error.ts';
import { LuaTable } from './lua-table.ts';
import type { LuaValue } from './lua-value.ts';
import { makeRandomProgram } from './random-program.ts';
import { findReferenceServer, ReferenceValkey, type Reply } from './reference-valkey.ts';
import { describeFailure, failureReply } from './script-failure.ts';

const MEBIBYTE = 1024 * 1024;

function makeEngine(runsBeforeCompiling: number): LuaEngine {
  const engine = new LuaEngine({ runsBeforeCompiling, limits: { memoryBytesMax: 512 * MEBIBYTE } });
  openLibraries(engine.runtime);
  engine.lockGlobals();
  return engine;
}

/** What the server makes of a script's result. */
function replyOf(value: LuaValue): Reply {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Math.abs(value) < 2 ** 63 ? Math.trunc(value) : -(2 ** 63);
  if (value === true) return 1;
  if (!(value instanceof LuaTable)) return null;
  const error = value.getString('err');
  if (typeof error === 'string') return { error };
  const items: Reply[] = [];
  for (let at = 1; ; at++) {
    const item = value.get(at);
    if (item === undefined) return items;
    items.push(replyOf(item));
  }
}

function run(engine: LuaEngine, script: string): Reply {
  try {
    return replyOf(engine.call(engine.compile(script))[0]);
  } catch (error) {
    if (error instanceof LuaSyntaxError)
      return { error: `ERR Error compiling script (new function): ${error.message}` };
    if (!(error instanceof LuaError)) throw error;
    return { error: failureReply(describeFailure(engine.runtime, error)) };
  }
}

const PROGRAMS = Number(process.env['PROGRAMS'] ?? 30);
const CHUNKS = 8;

/** What a program says, without what may differ: the sign of NaN. */
function runProgram(engine: LuaEngine, program: string): string {
  return JSON.stringify(run(engine, program)).replaceAll('-nan', 'nan');
}

describe('random Lua programs', () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000_000);
  it(`give the same on all executors (seed ${seed})`, () => {
    const engines = [Number.POSITIVE_INFINITY, 0, 2].map(makeEngine);
    for (let at = 0; at < PROGRAMS; at++) {
      const program = makeRandomProgram(seed + at, CHUNKS);
      const [tree, compiled, both] = engines.map((engine) => runProgram(engine, program));
      assert.equal(compiled, tree, `seed ${seed + at}\n${program}`);
      assert.equal(both, tree, `seed ${seed + at}\n${program}`);
    }
  });

  const server = findReferenceServer();
  it(`give what a real Valkey gives (seed ${seed})`, {
    skip: server === undefined && 'no reference server',
  }, async () => {
    const reference = await ReferenceValkey.start(server ?? '');
    const engine = makeEngine(2);
    try {
      for (let at = 0; at < PROGRAMS; at++) {
        const program = makeRandomProgram(seed + at, CHUNKS);
        const expected = JSON.stringify(await reference.evaluate(program)).replaceAll('-nan', 'nan');
        assert.equal(runProgram(engine, program), expected, `seed ${seed + at}\n${program}`);
      }
    } finally {
      await reference.stop();
    }
  });
});

describe('the Lua corpus', () => {
  it('gives the same on the tree executor and as compiled JavaScript', () => {
    const tree = makeEngine(Number.POSITIVE_INFINITY);
    const compiled = makeEngine(0);
    for (const script of LUA_CORPUS) {
      assert.deepEqual(run(compiled, script), run(tree, script), script);
    }
  });

  const server = findReferenceServer();
  it('gives what a real Valkey gives', { skip: server === undefined && 'no reference server installed' }, async () => {
    const reference = await ReferenceValkey.start(server ?? '');
    const engine = makeEngine(Number.POSITIVE_INFINITY);
    const differences: string[] = [];
    try {
      for (const script of LUA_CORPUS) {
        const expected = await reference.evaluate(script);
        const actual = run(engine, script);
        if (JSON.stringify(actual) !== JSON.stringify(expected)) {
          differences.push(`${script}\n  valkey ${JSON.stringify(expected)}\n  ours   ${JSON.stringify(actual)}`);
        }
      }
    } finally {
      await reference.stop();
    }
    assert.equal(differences.length, 0, differences.join('\n'));
  });
});
