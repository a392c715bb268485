// Bundles the command line into dist/: one file with the built-in pack in it, what is compiled of it ahead, notices.
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, 'dist');
const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
const changelog = await readFile(join(root, 'CHANGELOG.md'), 'utf8');

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

/** Large, and only for `msvc graph --format svg`: a file of its own. */
const GRAPHVIZ = '@hpcc-js/wasm-graphviz';
const common = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  minify: true,
  charset: 'ascii',
  legalComments: 'none',
  metafile: true,
};

const bundles = await Promise.all([
  build({
    ...common,
    entryPoints: [join(root, 'src/cli/main.ts')],
    outfile: join(out, 'main.cjs'),
    format: 'cjs',
    // A script has no way to import; what is imported lazily is in this file or required.
    supported: { 'dynamic-import': false },
    define: { __VERSION__: JSON.stringify(version), __CHANGELOG__: JSON.stringify(changelog) },
    // Only where the sources run unbundled.
    logOverride: { 'empty-import-meta': 'silent' },
    plugins: [
      {
        name: 'built-in-pack',
        setup(builder) {
          builder.onLoad({ filter: /src[\\/]cli[\\/]builtin-pack\.ts$/ }, () => ({
            contents: builtinPack,
            loader: 'js',
            resolveDir: join(root, 'src/cli'),
          }));
        },
      },
      {
        name: 'graphviz',
        setup(builder) {
          builder.onResolve({ filter: new RegExp(`^${GRAPHVIZ}$`) }, () => ({
            path: './graphviz.cjs',
            external: true,
          }));
        },
      },
      {
        // Inquirer's question by way of an editor, which nobody here asks, would bring 700 KB of character tables.
        name: 'no-editor',
        setup(builder) {
          builder.onLoad({ filter: /@inquirer[\\/]external-editor[\\/]/ }, () => ({
            contents: 'export const editAsync = undefined;',
          }));
        },
      },
      {
        // Commander starts other programs as subcommands, which we have none of; Node loads what that takes all the same.
        name: 'no-executables',
        setup(builder) {
          builder.onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
            /[\\/]commander[\\/]/.test(importer) ? { path: 'child_process', namespace: 'none' } : undefined,
          );
          builder.onLoad({ filter: /^/, namespace: 'none' }, () => ({ contents: '' }));
        },
      },
      {
        // What only `msvc explain` shows is made only then.
        name: 'examples-on-demand',
        setup(builder) {
          builder.onLoad({ filter: /src[\\/]lint[\\/]rules[\\/]\w+[\\/][^_].*\.ts$/ }, async ({ path }) => {
            const source = await readFile(path, 'utf8');
            const contents = source.replace(
              /^ {2}examples: (\{\n[\s\S]*?\n {2}\}),$/m,
              (_whole, examples) => `  get examples() { return ${examples}; },`,
            );
            return { contents, loader: 'ts' };
          });
        },
      },
    ],
  }),
  build({ ...common, entryPoints: [GRAPHVIZ], outfile: join(out, 'graphviz.cjs'), format: 'cjs' }),
]);
await writeFile(join(out, 'lint.js'), await pluginModule());
const { status } = spawnSync(process.execPath, [join(root, 'scripts/code-cache.mjs')], { stdio: 'inherit' });
if (status !== 0) throw new Error('compiling ahead failed');
const inputs = bundles.flatMap(({ metafile }) => Object.keys(metafile.inputs));
await writeFile(join(out, 'THIRD-PARTY-NOTICES.txt'), await thirdPartyNotices(inputs));

/** What plugins of the linter import: the bundle's own functions and classes under their names. */
async function pluginModule() {
  const { plugin } = createRequire(import.meta.url)(join(out, 'main.cjs'));
  const names = Object.keys(await plugin());
  return `import load from '../bin/load.cjs';\nexport const { ${names.join(', ')} } = await load.load('lint').plugin();\n`;
}

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
