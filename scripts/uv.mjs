// Finds uv, or installs it by pip into a folder of its own outside the checkout.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where tools that proofs need are kept between runs. */
export const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'create-microservice');

/**
 * The environment in which `uv` is on the PATH and downloads no Python of its own.
 *
 * @throws Error where neither uv nor Python's venv with pip is there
 */
export function uvEnvironment() {
  const env = { ...process.env, UV_PYTHON_DOWNLOADS: 'never' };
  if (spawnSync('uv', ['--version'], { stdio: 'ignore' }).status === 0) return env;
  const bin = join(CACHE, 'uv', 'bin');
  if (!existsSync(join(bin, 'uv'))) {
    pythonDoes(['-m', 'venv', join(CACHE, 'uv')]);
    const { status } = spawnSync(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', 'uv'], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) throw new Error('uv could not be installed by pip');
  }
  return { ...env, PATH: `${bin}${delimiter}${env.PATH}` };
}

function pythonDoes(args) {
  const { status } = spawnSync('python3', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`python3 ${args.join(' ')} ended with ${status}`);
}
