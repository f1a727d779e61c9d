import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildScore, parseBaseline } from './compare-with-baseline.ts';
import { readSuiteLog } from './read-suite-log.ts';

const log = [
  'starting test SET and GET',
  '\u001b[32m[ok]\u001b[0m: SET and GET (12 ms)',
  'starting test DEL',
  '[err]: DEL in tests/unit/type/string.tcl',
  '[skip]: slow one: --skipped',
  'starting test INCR',
].join('\n');
const end = { unit: 'unit/type/string', seconds: 3, exitCode: 1, timedOut: false };

describe('readSuiteLog', () => {
  it('counts what passed, failed and was skipped, by name', () => {
    const result = readSuiteLog(`${log}\n[1/1 done]: unit/type/string (3 seconds)`, end);
    assert.deepEqual(result.passed, ['SET and GET']);
    assert.deepEqual(result.failed, ['DEL']);
    assert.equal(result.skipped, 1);
    assert.equal(result.ending, 'done');
  });

  it('says in which test a file broke off or ran out of time', () => {
    assert.deepEqual([readSuiteLog(log, end).ending, readSuiteLog(log, end).note], ['exception', 'exit 1, in: INCR']);
    const late = readSuiteLog(log, { ...end, timedOut: true });
    assert.deepEqual([late.ending, late.note], ['timeout', 'in: INCR']);
    assert.equal(readSuiteLog(`${log}\n[exception]: Executing test client: I/O error`, end).note, 'I/O error');
  });
});

describe('buildScore', () => {
  it('counts tests that did not run as failed, and passes beyond the baseline as nothing', () => {
    const baseline = parseBaseline('file\tpassed\na\t4\nb\t1\n');
    const result = (unit: string, passed: number) => ({
      ...readSuiteLog('', { ...end, unit }),
      passed: Array.from({ length: passed }, String),
    });
    assert.deepEqual(buildScore([result('a', 2), result('b', 3)], baseline), { reached: 3, wanted: 5, percent: 60 });
  });
});
