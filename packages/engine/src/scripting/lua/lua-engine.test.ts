import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LuaEngine, type LuaEngineOptions, lockTable } from './lua-engine.ts';
import { LuaError, LuaSyntaxError, ScriptAbort } from './lua-error.ts';
import { LuaScript } from './lua-script.ts';
import { LuaTable, tableFromArray, tableFromEntries } from './lua-table.ts';
import type { LuaValue } from './lua-value.ts';

const MEBIBYTE = 1024 * 1024;

/** Each promise holds for both executors and for a body that is compiled half way. */
const EXECUTORS: readonly (readonly [string, number])[] = [
  ['tree', Number.POSITIVE_INFINITY],
  ['compiled', 0],
  ['compiled after two runs', 2],
];

function run(engine: LuaEngine, source: string): LuaValue {
  return engine.call(engine.compile(source))[0];
}

function failureOf(work: () => unknown): LuaError {
  try {
    work();
  } catch (error) {
    if (error instanceof LuaError) return error;
    throw error;
  }
  return assert.fail('it did not fail');
}

for (const [name, runsBeforeCompiling] of EXECUTORS) {
  const makeEngine = (options: LuaEngineOptions = {}): LuaEngine => new LuaEngine({ runsBeforeCompiling, ...options });

  describe(`the Lua engine, ${name}`, () => {
    it('runs a compiled chunk again with other globals', () => {
      const engine = makeEngine();
      engine.lockGlobals();
      const chunk = engine.compile('return KEYS[1] .. #ARGV');
      for (const key of ['a', 'b', 'c', 'd']) {
        engine.globals.setString('KEYS', tableFromArray([key]));
        engine.globals.setString('ARGV', tableFromArray(['1', '2']));
        assert.deepEqual(engine.call(chunk), [`${key}2`]);
      }
    });

    it('keeps a script that runs again, and compiles it anew when it was let go', () => {
      const script = new LuaScript(makeEngine(), 'return 1 + 1');
      for (let round = 0; round < 4; round++) assert.deepEqual(script.run(), [2]);
      assert.throws(() => new LuaScript(makeEngine(), 'return return'), LuaSyntaxError);
    });

    it('gives host functions their arguments and takes their results without copying', () => {
      const engine = makeEngine();
      const given: LuaValue[][] = [];
      const results: readonly LuaValue[] = [1, 'two', undefined];
      engine.globals.setString(
        'host',
        engine.hostFunction((_self, ...args) => {
          given.push(args);
          return results;
        }),
      );
      assert.equal(engine.call(engine.compile('return host("a", nil, {})')), results);
      assert.deepEqual(given[0]?.slice(0, 2), ['a', undefined]);
      assert.ok(given[0]?.[2] instanceof LuaTable);
    });

    it('says where an error of a host function arose, though its value is a table', () => {
      const engine = makeEngine();
      const table = tableFromEntries([['err', 'ERR no']]);
      engine.globals.setString(
        'fail',
        engine.hostFunction(() => {
          throw new LuaError(table, 0);
        }),
      );
      const error = failureOf(() => run(engine, 'local x = 1\nlocal function f()\n  fail()\nend\nf()'));
      assert.equal(error.value, table);
      assert.deepEqual([error.source, error.line], ['@user_script', 3]);
      assert.equal(run(engine, 'local ok, e = pcall(fail) return e'), 'ERR no');
    });

    it('refuses a chunk that is no Lua with the words of Lua', () => {
      assert.throws(
        () => makeEngine().compile('x = = 1'),
        (error: unknown) =>
          error instanceof LuaSyntaxError && error.message === "user_script:1: unexpected symbol near '='",
      );
    });

    it('lets scripts change nothing that they share once the globals are locked', () => {
      const engine = makeEngine();
      engine.lockGlobals();
      for (const source of ['x = 1', 'string.x = 1', '_G.x = 1', 'getmetatable("").x = 1', 'function f() end']) {
        assert.match(failureOf(() => run(engine, source)).message, /Attempt to modify a readonly table$/, source);
      }
      assert.match(failureOf(() => run(engine, 'return x')).message, /nonexistent global variable 'x'$/);
    });

    it('locks tables with everything that they hold', () => {
      const inner = tableFromEntries([['x', 1]]);
      const outer = tableFromEntries([['inner', inner]]);
      outer.setString('self', outer);
      lockTable(outer);
      assert.ok(inner.readonly);
    });

    it('shows scripts nothing of the host', () => {
      const engine = makeEngine();
      const names = [
        'constructor',
        '__proto__',
        'prototype',
        'code',
        'array',
        'hash',
        'toString',
        'process',
        'globalThis',
      ];
      for (const object of ['{}', '""', 'string', '_G', 'setmetatable({}, {})']) {
        for (const field of names) assert.equal(run(engine, `local o = ${object} return o["${field}"]`), undefined);
      }
      for (const global of names) assert.equal(run(engine, `return ${global}`), undefined);
      assert.equal(run(engine, 'local constructor, R, self, F = 1, 2, 3, 4 return constructor + R + self + F'), 10);
      assert.equal(run(engine, 'return "`$\\123x}\\"\\\\"'), '`$'.concat('{x}"\\'));
    });

    it('asks the host while a script loops, and ends when the host says so, whatever the script catches', () => {
      for (const source of [
        'while true do end',
        'repeat until false',
        'for i = 1, math.huge do end',
        'local function f() return f() end f()',
        'while true do pcall(function() while true do end end) end',
        'local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end',
        'return (("a"):rep(40)):match(("a?"):rep(40) .. ("a"):rep(41))',
        'return (("("):rep(1e6)):find("%b()")',
        'return (("a"):rep(1e6)):match("(.-)%1%1b")',
        'local t = {} for i = 1, 1e6 do t[i] = i % 1000 end while true do table.sort(t) end',
        'return xpcall(function() while true do end end, function() while true do end end)',
        'while true do for k in pairs({1, 2, 3}) do end end',
      ]) {
        let polls = 0;
        const poll = (): void => {
          if (++polls > 3) throw new ScriptAbort('killed');
        };
        const engine = makeEngine({ limits: { poll, pollSteps: 1000 } });
        assert.throws(() => run(engine, source), ScriptAbort, source);
        polls = -1000;
        assert.equal(run(engine, 'return 1'), 1);
      }
    });

    it('lets the host run other scripts while it is asked', () => {
      let nested = 0;
      const engine = makeEngine({
        limits: {
          pollSteps: 100,
          poll: () => {
            if (nested > 0) return;
            nested++;
            assert.equal(run(engine, 'local s = 0 for i = 1, 1000 do s = s + i end return s'), 500_500);
          },
        },
      });
      assert.equal(run(engine, 'local s = 0 for i = 1, 2000 do s = s + i end return s'), 2_001_000);
      assert.equal(nested, 1);
    });

    it('ends recursion with an error that can be caught, and leaves room for the host', () => {
      const engine = makeEngine();
      const overflow = /(C )?stack overflow$/;
      const sources = [
        'local function f() return 1 + f() end f()',
        'local function f() local ok, e = pcall(f) if not ok then error(e, 0) end end f()',
        'local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k] end return t.x',
        `local function f() return ${'1 + ('.repeat(90)}f()${')'.repeat(90)} end f()`,
        `local function f() return ${'1 + '.repeat(2000)}f() end f()`,
        'local function f() for k in pairs({1}) do for i = 1, 2 do if k then f() end end end end f()',
        'local function f() table.sort({1, 2, 3}, f) end f()',
        'local function f() ("x"):gsub("x", f) end f()',
        'local function f() coroutine.wrap(f)() end f()',
      ];
      for (const source of sources) {
        assert.match(failureOf(() => run(engine, source)).message, overflow, source);
      }
      assert.equal(
        run(engine, 'local function f(n) if n == 0 then return 1 end return 1 + f(n - 1) end return f(400)'),
        401,
      );
    });

    it('makes tail calls without end', () => {
      const source = 'local function f(n) if n == 0 then return "end" end return f(n - 1) end return f(100000)';
      assert.equal(run(makeEngine(), source), 'end');
    });

    it('raises an error when a script holds more memory than it may', () => {
      const engine = makeEngine({ limits: { memoryBytesMax: 32 * MEBIBYTE } });
      for (const source of [
        'local t = {} while true do t[#t + 1] = ("x"):rep(1e6) end',
        'local t = {} local i = 0 while true do i = i + 1 t[i] = i end',
        'local s = "x" while true do s = s .. s end',
        'local t = {} while true do t = {t} end',
        'return ("x"):rep(1e9)',
        'return (("x"):rep(1e6)):gsub("x", ("y"):rep(1e5))',
        'return table.concat({("x"):rep(2e7), ("x"):rep(2e7)})',
        'local s = ("x"):rep(16000) local t = {} for i = 1, 1e6 do t[i] = s .. i t[i]:byte(1) end',
      ]) {
        assert.equal(failureOf(() => run(engine, source)).value, 'not enough memory', source);
      }
      assert.equal(run(engine, 'local ok, e = pcall(string.rep, "x", 1e9) return e'), 'not enough memory');
      assert.equal(run(engine, 'return "still here"'), 'still here');
    });

    it('does not count what a script has let go', () => {
      const engine = makeEngine({ limits: { memoryBytesMax: 32 * MEBIBYTE } });
      const source = 'local n = 0 for i = 1, 500 do local s = ("x"):rep(1e6) n = n + #s end return n';
      assert.equal(run(engine, source), 5e8);
    });

    it('gives a compiled body the same variables, in coroutines too', () => {
      const engine = makeEngine();
      const chunk = engine.compile(`
        local total = 0
        local function add(n) total = total + n return total end
        local co = coroutine.wrap(function(a)
          local n = a
          while true do n = coroutine.yield(add(n)) end
        end)
        local out = {}
        for i = 1, 4 do out[i] = co(i) end
        out[5] = add(100)
        return table.concat(out, ",")`);
      for (let round = 0; round < 5; round++) assert.deepEqual(engine.call(chunk), ['1,3,6,10,110']);
    });
  });
}
