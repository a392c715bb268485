'use strict';

const { readFileSync } = require('node:fs');
const { createRequire, enableCompileCache } = require('node:module');
const { join } = require('node:path');

const FILE = join(__dirname, '../dist/main.cjs');
const { arch, platform, versions } = process;
const COMPILED = join(__dirname, '../dist/compiled', `${versions.v8}-${platform}-${arch}`);
/** The package has its limit of size: what runs a few times in a repository's life comes packed, for some milliseconds. */
const PACKED = new Set(['create']);

let loaded;

/**
 * The bundle, once per process, so that a plugin of the linter sees the same classes as the linter itself.
 *
 * The build leaves beside it what V8 has compiled of it, for the V8 that it ran with. Where another V8 runs, Node
 * compiles the source as ever, and from 22.1 on keeps that between runs.
 *
 * @param {'create' | 'lint'} profile what is about to run; it decides which functions come compiled
 */
function load(profile) {
  loaded ??= loadCompiled(profile) ?? loadSource();
  return loaded;
}

function loadCompiled(profile) {
  let cachedData;
  try {
    cachedData = readFileSync(join(COMPILED, PACKED.has(profile) ? `${profile}.br` : profile));
    if (PACKED.has(profile)) cachedData = require('node:zlib').brotliDecompressSync(cachedData);
  } catch {
    return undefined;
  }
  const { setFlagsFromString } = require('node:v8');
  const { Script } = require('node:vm');
  // ASCII by the build. V8 compares lengths, versions and flags, and compiles the source where they differ.
  const source = wrap(readFileSync(FILE, 'latin1'));
  const script = new Script(source, { filename: FILE, cachedData });
  // Most runs are over before optimized code pays for its making. After the script, since V8 compares flags too; later
  // versions have other means.
  if (versions.v8.startsWith('11.')) setFlagsFromString('--interrupt-budget=540672');
  return evaluate(script);
}

function loadSource() {
  enableCompileCache?.();
  return require(FILE);
}

/** The shape that `new Script` takes, and that what is compiled ahead was made from. */
function wrap(source) {
  return `(function (exports, require, module) { ${source}\n})`;
}

function evaluate(script) {
  const module = { exports: {} };
  script.runInThisContext()(module.exports, createRequire(FILE), module);
  return module.exports;
}

/** Runs one of the two programs with what was typed, and sets the exit code. */
async function run(name) {
  const argv = process.argv.slice(2);
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8'));
    process.stdout.write(`${version}\n`);
    return;
  }
  const { main } = load(name === 'msvc' && argv.includes('lint') ? 'lint' : 'create');
  process.exitCode = await main(name, argv, (url) => import(url));
}

module.exports = { COMPILED, evaluate, FILE, load, PACKED, run, wrap };
