import { type JobCommand, jobCommand, jobGraph } from '../../../artifacts/pipeline/jobs.ts';
import type { Pipeline } from '../../../artifacts/pipeline/pipeline.ts';
import type { Repository } from '../../../artifacts/repository.ts';
import { hasFlag, operands } from '../../../artifacts/shell/arguments.ts';
import type { ShellScript } from '../../../artifacts/shell/script.ts';
import { defineRule } from '../../rule.ts';

export const installsFromLock = defineRule({
  id: 'pipeline/installs-from-lock',
  summary: 'A pipeline installs what the lock file says',
  severity: 'warning',
  preset: 'strict',
  peers: [],
  why: 'Without the strict form the package manager may resolve anew and change the lock file on the runner: the pipeline then tests versions that nobody has committed, and an upload of last night can break or enter it.',
  source: 'https://github.com/npm/cli/blob/latest/docs/lib/content/commands/npm-ci.md',
  messages: {
    loose: { text: '{command} may install other versions than {lock} says', remedy: 'Use {strict}.' },
  },
  examples: {
    bad: [
      {
        files: {
          '.gitlab-ci.yml': `
            unit:
              script:
                - npm install
                - npm test
          `,
          'package.json': '{}\n',
          'package-lock.json': '{}\n',
        },
        at: ['.gitlab-ci.yml:3'],
        fixed: {
          '.gitlab-ci.yml': `
            unit:
              script:
                - npm ci
                - npm test
          `,
        },
      },
      {
        files: {
          '.gitlab-ci.yml': `
            unit:
              script: uv sync --group test
          `,
          'pyproject.toml': '[project]\nname = "a"\nversion = "1"\n',
          'uv.lock': 'version = 1\n',
        },
        at: ['.gitlab-ci.yml:2'],
        fixed: {
          '.gitlab-ci.yml': `
            unit:
              script: uv sync --locked --group test
          `,
        },
      },
    ],
    good: [
      {
        files: {
          '.gitlab-ci.yml': `
            unit:
              script:
                - npm ci
                - npm install --global renovate@41.0.0
                - uv sync --locked
                - uv sync --frozen
                - uv sync --upgrade
          `,
          'package.json': '{}\n',
          'package-lock.json': '{}\n',
          'pyproject.toml': '[project]\nname = "a"\nversion = "1"\n',
          'uv.lock': 'version = 1\n',
        },
      },
      {
        files: { '.gitlab-ci.yml': 'unit: { script: npm install }\n', 'package.json': '{}\n' },
        note: 'There is no lock file.',
      },
      {
        files: {
          '.gitlab-ci.yml': 'unit: { script: [cd web, npm install] }\n',
          'package-lock.json': '{}\n',
          'web/package.json': '{}\n',
        },
        note: 'The lock file is of another project.',
      },
    ],
  },
  check(pipeline, { report, repository }) {
    const files = 'files' in pipeline ? pipeline.files : [pipeline.file];
    for (const { command, folder } of commandsInFolders(pipeline)) {
      const { program = '', args, file } = command;
      if (/^\.\.?\//.test(command.command.words[0]?.text ?? '')) continue;
      const [verb, ...others] = operands(args, valued);
      const name = verb?.value;
      let strict: { readonly lock: string; readonly text: string; readonly word: string } | undefined;
      if (
        program === 'npm' &&
        /^(?:install|i)$/.test(name ?? '') &&
        others.length === 0 &&
        !hasFlag(args, '-g', '--global', '--package-lock-only')
      )
        strict = { lock: 'package-lock.json', text: 'npm ci', word: 'ci' };
      if (
        program === 'uv' &&
        name === 'sync' &&
        !hasFlag(args, '--locked', '--frozen', '--upgrade', '-U', '--upgrade-package', '-P')
      )
        strict = { lock: 'uv.lock', text: 'uv sync --locked', word: 'sync --locked' };
      if (!strict || !verb || !hasLock(repository, folder, strict.lock)) continue;
      if (files.some((source) => /UV_(?:LOCKED|FROZEN)/.test(source.text)) && program === 'uv') continue;
      const fix =
        file.text.slice(verb.range.start, verb.range.end) === name
          ? [{ file, range: verb.range, text: strict.word }]
          : [];
      report(
        'loose',
        command,
        { command: `${program} ${name}`, lock: strict.lock, strict: strict.text },
        { fix: oneProject(repository.paths, strict.lock) ? fix : [] },
      );
    }
  },
});

const valued = [
  '--group',
  '--extra',
  '--package',
  '--python',
  '-p',
  '--project',
  '--directory',
  '--prefix',
  '--workspace',
  '-w',
  '--no-group',
  '--only-group',
];

/** In a repository with one project the lock file at its root is the one that is meant. */
function oneProject(paths: readonly string[], lock: string): boolean {
  const manifest = lock === 'uv.lock' ? 'pyproject.toml' : 'package.json';
  return paths.filter((path) => path === manifest || path.endsWith(`/${manifest}`)).length === 1;
}

interface PlacedCommand {
  readonly command: JobCommand;
  /** Where it runs, '' for the root of the repository. */
  readonly folder: string;
}

/** The commands whose folder is known: nothing in their job changes it, and no expression names it. */
function commandsInFolders(pipeline: Pipeline): readonly PlacedCommand[] {
  const still = (scripts: readonly ShellScript[]) =>
    !scripts.some((script) => script.commands.some(({ name }) => /^(?:cd|pushd|git)$/.test(name ?? '')));
  if (pipeline.kind === 'github-workflow') {
    return pipeline.jobs.flatMap((job) => {
      if (!still(job.steps.flatMap(({ script }) => script ?? []))) return [];
      return job.steps.flatMap(({ root, script }) => {
        const folder =
          root.text('working-directory') ??
          job.root.text('defaults', 'run', 'working-directory') ??
          pipeline.root.text('defaults', 'run', 'working-directory') ??
          '';
        if (!script || folder.includes('$')) return [];
        return script.commands.map((command) => ({
          command: jobCommand(script, command),
          folder: plainFolder(folder),
        }));
      });
    });
  }
  if (pipeline.kind === 'github-action') return [];
  const folder = pipeline.file.path.replace(/[^/]*$/, '');
  return jobGraph(pipeline).jobs.flatMap(({ commands }) =>
    commands.some(({ program = '' }) => /^(?:cd|pushd|git)$/.test(program)) || pipeline.kind === 'jenkins'
      ? []
      : commands.map((command) => ({ command, folder: plainFolder(folder) })),
  );
}

function plainFolder(folder: string): string {
  return folder.replace(/^\.\/?/, '').replace(/\/+$/, '');
}

/** Whether a lock file holds in a folder: its own, or for uv that of the workspace around it. */
function hasLock(repository: Repository, folder: string, lock: string): boolean {
  const own = folder === '' ? lock : `${folder}/${lock}`;
  return (
    repository.exists(own) ||
    (lock === 'uv.lock' && repository.exists(lock) && repository.exists(`${folder}/pyproject.toml`))
  );
}
