import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { buildConfigurationGuide } from './configuration-guide.ts';

test('docs/configuration.md lists the directives as the tables have them', () => {
  const written = readFileSync(new URL('../../../../docs/configuration.md', import.meta.url), 'utf8');
  const advice = 'docs/configuration.md is out of date: run packages/engine/src/config/generate-configuration-guide.ts';
  assert.equal(written === buildConfigurationGuide(), true, advice);
});
