import type { ContextRead } from '../../../artifacts/pipeline/expression.ts';
import type { PlacedExpression } from '../../../artifacts/pipeline/github-expressions.ts';
import type { GithubAction, GithubStep, GithubWorkflow } from '../../../artifacts/pipeline/pipeline.ts';
import { githubSteps } from '../../../artifacts/pipeline/steps.ts';
import { flowingReads } from '../../../artifacts/pipeline/untrusted.ts';
import { actionOf } from '../../../artifacts/pipeline/uses.ts';
import type { ScalarNode } from '../../../artifacts/yaml/node.ts';
import type { Edit } from '../../edit.ts';
import { setPath } from '../../yaml-edit.ts';

/** Inputs of actions that are run as code: https://github.com/github/codeql, actions/ql/lib/ext. */
const codeInputs: Readonly<Record<string, readonly string[]>> = {
  'actions/github-script': ['script'],
  'azure/cli': ['inlinescript'],
  'azure/powershell': ['inlinescript'],
  'appleboy/ssh-action': ['script'],
  'jannekem/run-python-script-action': ['script'],
  'addnab/docker-run-action': ['run', 'options'],
  'nick-fields/retry': ['command'],
};

/** An expression that becomes part of code, with what flows into it. */
export interface Injection {
  readonly placed: PlacedExpression;
  readonly step: GithubStep;
  readonly reads: readonly ContextRead[];
}

/** Every expression that is pasted into a script before it runs. */
export function* injections(pipeline: GithubWorkflow | GithubAction): Generator<Injection> {
  const code = new Map<ScalarNode, GithubStep>();
  for (const { step } of githubSteps(pipeline)) {
    if (step.run) code.set(step.run, step);
    for (const name of codeInputs[actionOf(step) ?? ''] ?? []) {
      const entry = step.root.pairs('with').find((pair) => pair.name.toLowerCase() === name);
      if (entry?.value.kind === 'scalar') code.set(entry.value, step);
    }
  }
  for (const placed of pipeline.expressions) {
    const step = code.get(placed.node);
    if (step && placed.expression) yield { placed, step, reads: [...flowingReads(placed.expression)] };
  }
}

/**
 * Hands the value to the script by a variable instead.
 *
 * @returns no edits where the quoting around the expression is not clear
 */
export function throughVariable({ placed, step }: Injection, read: ContextRead): readonly Edit[] {
  const { node, outer, expression } = placed;
  const { script, run } = step;
  if (script === undefined || node !== run || expression?.start !== read.start || expression.end !== read.end)
    return [];
  if (node.style === 'double' || (node.style !== 'literal' && outer.start === 0) || read.path.includes('*')) return [];
  const name = read.text
    .slice(-2)
    .join('_')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '_')
    .replace(/^(?:EVENT|GITHUB)_/, '');
  if (!/^[A-Z]/.test(name) || script.text.includes(name)) return [];
  const quoting = quotingAt(script.commands, placed.at(outer).range.start);
  if (quoting === undefined) return [];
  const written = node.source.slice(outer.start, outer.end);
  const declared = setPath(step.root, ['env', name], written);
  if (step.root.get('env', name) || declared.length === 0) return [];
  return [{ ...placed.at(outer), text: quoting === 'double' ? `\${${name}}` : `"\${${name}}"` }, ...declared];
}

/** How the masked expression at an offset of the file is quoted: in double quotes or not at all. */
function quotingAt(
  commands: NonNullable<GithubStep['script']>['commands'],
  offset: number,
): 'double' | 'none' | undefined {
  const words = commands.flatMap((command) => [...command.words]);
  const word = words.find(({ range }) => range.start <= offset && offset < range.end);
  if (word === undefined) return undefined;
  const whole = word.parts ?? [];
  const isMask = (text: string) => /^\$_+$/.test(text);
  const masks = whole.flatMap((part) => {
    if (part.type === 'SimpleExpansion') return isMask(part.text) ? ['none' as const] : [];
    if (part.type !== 'DoubleQuoted') return [];
    return part.parts.flatMap((child) =>
      child.type === 'SimpleExpansion' && isMask(child.text) ? ['double' as const] : [],
    );
  });
  // More than one in a word: which is which is not clear from here.
  return masks.length === 1 ? masks[0] : undefined;
}
