import type { SourceFile } from '../source-file.ts';
import { scriptOf } from '../yaml/embedded-script.ts';
import { ListNode, MapNode, ScalarNode, type YamlNode } from '../yaml/node.ts';
import { githubExpressions, type PlacedExpression } from './github-expressions.ts';
import type { GithubAction, GithubJob, GithubStep, GithubWorkflow } from './pipeline.ts';

/** Shells whose scripts are read as POSIX shell. */
const posixShells = /^(?:bash|sh)\b/;

/** Reads a workflow's jobs and triggers. */
export function readWorkflow(file: SourceFile, root: MapNode): GithubWorkflow {
  const shell = root.text('defaults', 'run', 'shell');
  const jobs = root.pairs('jobs').flatMap(({ name, key, value }): GithubJob[] => {
    if (!(value instanceof MapNode)) return [];
    const jobShell = value.text('defaults', 'run', 'shell') ?? shell ?? windowsShell(value.text('runs-on'));
    const steps = readSteps(value.list('steps'), jobShell);
    return [{ file, range: key.range, id: name, root: value, needs: scalars(value.get('needs')), steps }];
  });
  let expressions: readonly PlacedExpression[] | undefined;
  return {
    ...{ kind: 'github-workflow', file, root, triggers: readTriggers(root.get('on')), jobs },
    get expressions() {
      expressions ??= githubExpressions(root, 'workflow');
      return expressions;
    },
  };
}

/** Reads an action's steps. */
export function readAction(file: SourceFile, root: MapNode): GithubAction {
  let expressions: readonly PlacedExpression[] | undefined;
  return {
    ...{ kind: 'github-action', file, root, steps: readSteps(root.list('runs', 'steps'), undefined) },
    get expressions() {
      expressions ??= githubExpressions(root, 'action');
      return expressions;
    },
  };
}

function readSteps(items: readonly YamlNode[], shell: string | undefined): readonly GithubStep[] {
  return items.flatMap((root): GithubStep[] => {
    if (!(root instanceof MapNode)) return [];
    if (root.get('parallel') instanceof ListNode) return [...readSteps(root.list('parallel'), shell)];
    const first = root.pairs()[0];
    const run = scalar(root.get('run'));
    const own = root.text('shell') ?? shell;
    let script: GithubStep['script'];
    return [
      {
        file: root.file,
        range: first ? { start: first.key.range.start, end: first.value.range.end } : root.range,
        root,
        name: root.text('name'),
        uses: scalar(root.get('uses')),
        run,
        shell: own,
        get script() {
          if (run === undefined || !posixShells.test(own ?? 'bash')) return undefined;
          script ??= scriptOf(run);
          return script;
        },
      },
    ];
  });
}

/** Windows runners run PowerShell where nothing else is said; an unknown runner counts as one with bash. */
function windowsShell(runner: string | undefined): string | undefined {
  return runner?.startsWith('windows') ? 'pwsh' : undefined;
}

function readTriggers(on: YamlNode | undefined): ReadonlyMap<string, YamlNode> {
  if (on instanceof MapNode) return new Map([...on.entries].map(([name, { value }]) => [name, value]));
  return new Map(scalars(on).map((node) => [node.source, node]));
}

function scalars(node: YamlNode | undefined): readonly ScalarNode[] {
  const items = node instanceof ListNode ? node.items : node === undefined ? [] : [node];
  return items.filter((item) => item instanceof ScalarNode);
}

function scalar(node: YamlNode | undefined): ScalarNode | undefined {
  return node instanceof ScalarNode ? node : undefined;
}
