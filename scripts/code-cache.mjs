// Leaves beside the bundle what V8 has compiled after a typical run of each profile, for the Node that runs this script.
// The build calls it; to serve more versions of Node, run it with each of them after the build.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { brotliCompressSync } from 'node:zlib';

const { COMPILED, evaluate, FILE, PACKED, wrap } = createRequire(import.meta.url)('../bin/load.cjs');
const self = fileURLToPath(import.meta.url);

/** What is run for each profile in a folder that the profiles before have filled. */
const PROFILES = {
  create: ['create-microservice', ['orders', '--yes', '--no-git', '--no-lock', '--dir', '.']],
  lint: ['msvc', ['lint']],
};

const [profile] = process.argv.slice(2);
if (profile === undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'msvc-code-cache-'));
  try {
    mkdirSync(COMPILED, { recursive: true });
    for (const name of Object.keys(PROFILES)) {
      const { status, stderr } = spawnSync(process.execPath, [self, name], { cwd: folder, encoding: 'utf8' });
      if (status !== 0) throw new Error(`compiling for ${name} ended with ${status}\n${stderr}`);
      // Something to find, so that reporting is compiled too.
      writeFileSync(join(folder, 'Other.Dockerfile'), 'FROM python\n');
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
} else {
  // Collecting garbage would drop functions that ran once.
  setFlagsFromString('--no-flush-bytecode');
  const script = new Script(wrap(readFileSync(FILE, 'latin1')), { filename: FILE });
  const { main } = evaluate(script);
  const [name, argv] = PROFILES[profile];
  const exitCode = await main(name, argv, (url) => import(url));
  if (exitCode > 1) process.exitCode = exitCode;
  // V8 refuses what was compiled under other flags.
  setFlagsFromString('--flush-bytecode');
  const compiled = script.createCachedData();
  if (PACKED.has(profile)) writeFileSync(join(COMPILED, `${profile}.br`), brotliCompressSync(compiled));
  else writeFileSync(join(COMPILED, profile), compiled);
}
