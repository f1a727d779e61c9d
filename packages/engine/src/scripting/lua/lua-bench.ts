/** Prints nanoseconds per run of typical scripts, cold and hot. Run it directly; it is no test. */
import { LuaEngine } from './lua-engine.ts';
import { LuaScript } from './lua-script.ts';
import { tableFromArray, tableFromEntries } from './lua-table.ts';

/** Scripts that the server keeps. */
const CACHED_SCRIPTS = 500;
const TEN_GETS = Array.from({ length: 10 }, () => "redis.call('GET', KEYS[1])").join('\n');

function makeEngine(runsBeforeCompiling: number | undefined): LuaEngine {
  const engine = new LuaEngine(runsBeforeCompiling === undefined ? {} : { runsBeforeCompiling });
  const call = engine.hostFunction((_self, ...args) => (args.length > 1 ? 'value' : undefined));
  engine.globals.setString('redis', tableFromEntries([['call', call]]));
  engine.globals.setString('KEYS', tableFromArray(['key']));
  engine.globals.setString('ARGV', tableFromArray(['1', '2']));
  engine.lockGlobals();
  return engine;
}

function report(name: string, runs: number, work: () => void): void {
  const start = process.hrtime.bigint();
  work();
  const nanoseconds = Number(process.hrtime.bigint() - start) / runs;
  process.stdout.write(`${name.padEnd(44)} ${nanoseconds.toFixed(0).padStart(9)} ns per run\n`);
}

function benchHot(name: string, script: string, runs: number): void {
  for (const [kind, runsBeforeCompiling] of [
    ['tree', Number.POSITIVE_INFINITY],
    ['compiled', 0],
  ] as const) {
    const engine = makeEngine(runsBeforeCompiling);
    const chunk = engine.compile(script);
    const work = (): void => {
      for (let run = 0; run < runs; run++) {
        engine.globals.setString('KEYS', tableFromArray(['key']));
        engine.call(chunk);
      }
    };
    work();
    report(`${name}, ${kind}`, runs, work);
  }
}

function benchDistinct(): void {
  const engine = makeEngine(undefined);
  for (const [name, body] of [
    ['short', "return redis.call('GET', KEYS[1])"],
    ['ten calls', `local x = 1\n${TEN_GETS}\nreturn x`],
  ]) {
    for (const round of [0, 1, 2]) {
      const scripts = Array.from({ length: 10_000 }, (_, at) => `${body} -- ${round} ${at}`);
      report(`10,000 distinct bodies, ${name}, round ${round}`, scripts.length, () => runOnce(engine, scripts));
    }
  }
}

function runOnce(engine: LuaEngine, scripts: readonly string[]): void {
  const cache: LuaScript[] = [];
  for (const [at, source] of scripts.entries()) {
    const script = new LuaScript(engine, source);
    cache[at % CACHED_SCRIPTS] = script;
    script.run();
  }
}

benchHot('ten redis.call', `${TEN_GETS} return 1`, 100_000);
benchHot('loop of 1000 additions', 'local s = 0 for i = 1, 1000 do s = s + i % 7 end return s', 5000);
benchHot('fib(15)', 'local function f(n) if n < 2 then return n end return f(n - 1) + f(n - 2) end return f(15)', 500);
benchHot(
  'table of 100, filled and read',
  'local t = {} for i = 1, 100 do t[#t + 1] = i end local s = 0 for _, v in ipairs(t) do s = s + v end return s',
  20_000,
);
benchHot(
  'string building',
  'local t = {} for i = 1, 50 do t[#t + 1] = "k:" .. i end return table.concat(t, ",")',
  10_000,
);
benchDistinct();
