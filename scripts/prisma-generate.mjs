// `prisma generate` without the internet. It never runs the schema engine, but looks for it first and would
// download it; any existing file in its place is enough.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

const cli = createRequire(import.meta.url).resolve('prisma/build/index.js');
// Its WebAssembly runs once: to optimise it takes longer than it saves.
const { status } = spawnSync(process.execPath, ['--liftoff-only', cli, 'generate', ...process.argv.slice(2)], {
  cwd: path.resolve(import.meta.dirname, '..'),
  stdio: 'inherit',
  env: {
    ...process.env,
    PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  },
});
process.exitCode = status ?? 1;
