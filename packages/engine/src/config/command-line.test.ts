import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseCommandLine, type StartCommand } from './command-line.ts';

function start(...args: string[]): StartCommand {
  const command = parseCommandLine(args);
  assert.equal(command.kind, 'start');
  return command as StartCommand;
}

test('the first words that ask for something else than a start are told apart', () => {
  assert.deepEqual(parseCommandLine(['-v']), { kind: 'version' });
  assert.deepEqual(parseCommandLine(['--version', 'x']), { kind: 'version' });
  assert.deepEqual(parseCommandLine(['-h']), { kind: 'help' });
  assert.deepEqual(parseCommandLine(['--help']), { kind: 'help' });
  assert.deepEqual(parseCommandLine(['--check-system']), { kind: 'check-system' });
  assert.deepEqual(parseCommandLine(['--test-memory', '10']), { kind: 'test-memory', megabytes: '10' });
  assert.deepEqual(parseCommandLine(['--test-memory']), { kind: 'test-memory', megabytes: undefined });
  assert.deepEqual(parseCommandLine(['a.conf', '--sentinel']), { kind: 'sentinel' });
});

test('no arguments start with the defaults', () => {
  assert.deepEqual(start(), { kind: 'start', configFile: undefined, readsStandardInput: false, optionLines: '' });
});

test('a first word without a dash is the file, a dash first or last is standard input', () => {
  assert.equal(start('a.conf', '--port', '1').configFile, 'a.conf');
  assert.equal(start('-').readsStandardInput, true);
  assert.equal(start('a.conf', '--port', '1', '-').readsStandardInput, true);
  assert.equal(start('--requirepass', '-', '--port', '1').readsStandardInput, false);
});

const OPTION_CASES: readonly (readonly [args: readonly string[], lines: string])[] = [
  [['--port', '1', '--save', '900', '1'], 'port "1" \nsave "900" "1" '],
  [['--port 6380', '--timeout', '5'], 'port 6380 \ntimeout "5" '],
  [['--save', '--port', '1'], 'save ""\nport "1" '],
  [['--port', '1', '--save'], 'port "1" \nsave ""'],
  [['--save', ''], 'save "" '],
  [['--proc-title-template', '--save', '--save', ''], 'proc-title-template "--save" \nsave "" '],
  [['--user', 'a', 'on', '>p w'], 'user "a" "on" ">p w" '],
  [['loglevel', 'verbose', '--port', '1'], '"verbose" \nport "1" '],
  [['--requirepass', 'é'], 'requirepass "\\xc3\\xa9" '],
];

for (const [args, lines] of OPTION_CASES) {
  test(`${args.join(' ')} becomes configuration lines`, () => assert.equal(start(...args).optionLines, lines));
}
