import { test } from 'node:test';
import { converse } from '../testing/converse.ts';
import { EngineDriver } from '../testing/engine-driver.ts';

test('bits are set and read from the highest of the first byte on, and strings grow for them', () => {
  converse(new EngineDriver().connect(), [
    ['SETBIT b 7 1', ':0'],
    ['SETBIT b 7 1', ':1'],
    ['GET b', '$1>\x01'],
    ['SETBIT b 20 0', ':0'],
    ['GET b', '$3>\x01\0\0'],
    ['GETBIT b 7', ':1'],
    ['GETBIT b 1000', ':0'],
    ['SETBIT b -1 1', '-ERR bit offset is not an integer or out of range'],
    ['SETBIT b 4294967296 1', '-ERR bit offset is not an integer or out of range'],
    ['SETBIT b 1 2', '-ERR bit is not an integer or out of range'],
    ['SET n 12', '+OK'],
    ['SETBIT n 6 1', ':0'],
    ['GET n', '$2>32'],
    ['OBJECT ENCODING n', '$3>raw'],
  ]);
});
