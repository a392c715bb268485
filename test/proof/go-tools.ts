import { access, cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import type { Bench } from './bench.ts';

interface Tool {
  readonly module: string;
  readonly version: string;
  readonly package: string;
  /** Files that the module's archive lacks and the build wants. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Programs that only the Go proxy has, at the newest version whose parts it serves. */
const TOOLS = {
  'oauth2-proxy': { module: 'github.com/oauth2-proxy/oauth2-proxy/v7', version: 'v7.15.6', package: '.' },
  traefik: {
    module: 'github.com/traefik/traefik/v3',
    version: 'v3.6.7',
    package: './cmd/traefik',
    files: { 'webui/static/index.html': 'The dashboard is not built.\n' },
  },
} satisfies Record<string, Tool>;

/** The program, built from its module's source once and kept in the cache. */
export async function goTool(bench: Bench, name: keyof typeof TOOLS): Promise<string> {
  const binary = join(bench.cache, 'bin', name);
  const found = await access(binary).then(
    () => true,
    () => false,
  );
  if (found) return binary;
  const tool: Tool = TOOLS[name];
  bench.say(`building ${name} ${tool.version}, once; this takes minutes`);
  const { stdout } = await execa('go', ['mod', 'download', '-json', `${tool.module}@${tool.version}`]);
  const source = join(bench.work, `source-${name}`);
  await cp((JSON.parse(stdout) as { Dir: string }).Dir, source, { recursive: true });
  await execa('chmod', ['-R', 'u+w', source]);
  for (const [path, content] of Object.entries(tool.files ?? {})) {
    await mkdir(join(source, path, '..'), { recursive: true });
    await writeFile(join(source, path), content);
  }
  const env = { CGO_ENABLED: '0', GOFLAGS: '-mod=mod' };
  await execa('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', binary, tool.package], { cwd: source, env });
  return binary;
}
