import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'create-microservice', 'debian');

/**
 * The folder of programs of a Debian package, unpacked into the cache: nothing is installed, no daemon is started.
 *
 * @throws Error where the package cannot be had
 */
export async function debianPrograms(name: string): Promise<string> {
  const unpacked = join(cache, name);
  const there = await access(unpacked).then(
    () => true,
    () => false,
  );
  if (!there) {
    await mkdir(cache, { recursive: true });
    const folder = await mkdtemp(join(cache, '.download-'));
    // Without root's own download user, which may not write here.
    const download = ['-o', 'APT::Sandbox::User=root', 'download', name];
    await run('apt-get', download, { cwd: folder }).catch(async () => {
      await run('apt-get', ['update', '-qq']);
      await run('apt-get', download, { cwd: folder });
    });
    const [archive = ''] = await readdir(folder);
    await run('dpkg', ['--extract', join(folder, archive), join(folder, 'root')]);
    // Another test may have been faster.
    await rename(join(folder, 'root'), unpacked).catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
  return join(unpacked, 'usr/bin');
}
