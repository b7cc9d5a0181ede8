// Writes packages/config/asl.schema.json, which editors check configs by. Run after a build: npm run schema -w @auto-seg-loss/runtime
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { configJsonSchema } from '@auto-seg-loss/runtime';

const file = fileURLToPath(new URL('../../config/asl.schema.json', import.meta.url));
writeFileSync(file, JSON.stringify(await configJsonSchema()));
execFileSync('npx', ['biome', 'format', '--write', file], { stdio: 'inherit' });
