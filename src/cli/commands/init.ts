import { basename } from 'node:path';
import { discover } from '../../artifacts/discover.ts';
import { openRepository } from '../../artifacts/repository.ts';
import { formatSpec } from '../../spec/format-spec.ts';
import { checkSpec, SPEC_FILE } from '../../spec/parse-spec.ts';
import { statusOf } from '../../tree/read-tree.ts';
import { UserError } from '../../tree/user-error.ts';
import { defineCommand } from '../command.ts';
import { observe } from '../observe.ts';
import { adoptionOf, SCHEMA_FILE } from '../workspace.ts';

interface InitOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** `msvc init`: a first msvc.yaml for a repository that was not generated here; no file of it changes. */
export const init = defineCommand<InitOptions>({
  examples: [
    { command: 'msvc init --dry-run', effect: 'See what is read out of the repository, and where it says so' },
    { command: 'msvc init', effect: 'Write msvc.yaml and a lock that leaves every file as it is' },
  ],
  configure(command) {
    command.option('--dry-run', 'show it, write nothing').option('--json', 'print one JSON document');
  },
  async run(context, _args, options) {
    const { fs, cwd, terminal } = context;
    if (statusOf(fs, `${cwd}/${SPEC_FILE}`) !== undefined) {
      throw new UserError('it is there already', {
        place: { file: SPEC_FILE },
        remedy: 'Change it, and run `msvc sync`; or `msvc add`, `msvc set`.',
      });
    }
    const pack = await context.pack();
    const { spec, observations, leftOut } = observe(await openRepository(discover(fs, cwd)), basename(cwd), pack);
    if (Object.keys(spec.services).length === 0) {
      throw new UserError('no service is found that can be described', {
        place: { file: cwd },
        remedy:
          leftOut.map(({ folder, why }) => `${folder}: ${why}`).join('; ') ||
          'A service is a Python project that uses FastAPI, Flask or Django.',
      });
    }
    checkSpec(spec);
    const specText = formatSpec(spec, SCHEMA_FILE);
    const adoption = await adoptionOf(context, cwd, specText);
    const { present, absent } = adoption;
    if (options.dryRun !== true) await adoption.apply();
    if (options.json === true) {
      terminal.out(`${JSON.stringify({ spec, observations, leftOut, present, absent }, null, 2)}\n`);
      return 0;
    }
    const { bold, dim, yellow } = terminal.paint;
    terminal.out(`${specText}\n`);
    for (const { service, option, value, evidence, problem } of observations) {
      const what = `${service === undefined ? '' : `${service}: `}${option} ${value}`;
      terminal.out(`${what.padEnd(40)} ${dim(evidence)}${problem === undefined ? '' : ` ${yellow(problem)}`}\n`);
    }
    for (const { folder, why } of leftOut) terminal.out(`${yellow('left out')} ${folder}: ${why}\n`);
    terminal.out(
      `\n${bold(String(present.length))} of the files that would be generated are there: they stay yours.\n`,
    );
    terminal.out(
      `${bold(String(absent.length))} are not: \`msvc restore <path>\` brings one or a folder, for example ${absent.find((path) => !path.startsWith('.msvc/')) ?? 'k8s'}.\n`,
    );
    if (options.dryRun !== true)
      terminal.err(`${terminal.paintErr.green('✓')} ${SPEC_FILE} is written; no other file has changed.\n`);
    return 0;
  },
});
