// Bundles the command line into dist/: lazily loaded chunks, the built-in pack with precompiled templates, notices.
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, 'dist');
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));

/** CommonJS packages that are bundled into ES modules need `require`. */
const REQUIRE =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);";

const LICENSE_FILES = [
  'LICENSE',
  'LICENSE.md',
  'LICENSE.txt',
  'LICENSE-MIT',
  'LICENCE',
  'license',
  'license.md',
  'License.txt',
];

/** Data of others that we carry in a trimmed form, all under the Apache License 2.0. */
const DATA = ['Kubernetes API schemas, by way of kubernetes-validate', 'Compose Specification schema'];

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const { packSource } = await load('scripts/pack-source.ts');
const builtinPack = packSource(root);

const { metafile } = await build({
  entryPoints: { main: join(root, 'src/cli/main.ts'), lint: join(root, 'src/lint/plugin.ts') },
  outdir: out,
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  minify: true,
  legalComments: 'none',
  metafile: true,
  define: { __VERSION__: JSON.stringify(version) },
  banner: { js: REQUIRE },
  plugins: [
    {
      name: 'builtin-pack',
      setup(builder) {
        builder.onLoad({ filter: /src[\\/]cli[\\/]builtin-pack\.ts$/ }, () => ({
          contents: builtinPack,
          loader: 'js',
          resolveDir: join(root, 'src/cli'),
        }));
      },
    },
  ],
});
await writeFile(join(out, 'THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(Object.keys(metafile.inputs)));

/** Runs a TypeScript module of ours at build time. */
async function load(entry) {
  const file = join(out, 'build-step.mjs');
  await build({
    entryPoints: [join(root, entry)],
    outfile: file,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: REQUIRE },
    logLevel: 'error',
  });
  const module = await import(pathToFileURL(file).href);
  await rm(file);
  return module;
}

/** The licences of what is bundled, as their terms ask. */
async function thirdPartyNotices(inputs) {
  const names = new Set(inputs.flatMap((input) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? []));
  const apache = await readFile(join(root, 'scripts/licenses/apache-2.0.txt'), 'utf8');
  const notices = [
    ...(await Promise.all([...names].sort().map((name) => notice(name)))),
    `${DATA.join('\n')}\nDescriptions and what no check reads were removed.\n\n${apache.trim()}`,
  ];
  return `Third-party software bundled in create-microservice\n\n${notices.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

async function notice(name) {
  const folder = join(root, 'node_modules', name);
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  for (const file of LICENSE_FILES) {
    if (await stat(join(folder, file)).catch(() => undefined)) {
      const text = await readFile(join(folder, file), 'utf8');
      return `${name} ${manifest.version} (${manifest.license})\n\n${text.trim()}`;
    }
  }
  return `${name} ${manifest.version} (${manifest.license})`;
}
