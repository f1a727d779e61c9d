// Run it to bring docs/configuration.md up to date with the directive tables.
import { writeFileSync } from 'node:fs';
import { buildConfigurationGuide } from './configuration-guide.ts';

writeFileSync(new URL('../../../../docs/configuration.md', import.meta.url), buildConfigurationGuide());
