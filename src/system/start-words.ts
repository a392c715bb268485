import type { ComposeProject, ComposeService } from '../artifacts/compose/compose.ts';
import { type Dockerfile, effective, type Instruction, type Stage } from '../artifacts/dockerfile/dockerfile.ts';
import type { Container } from '../artifacts/kubernetes/environment.ts';
import { unwrap } from '../artifacts/shell/arguments.ts';
import { ShellScript, type ShellWord } from '../artifacts/shell/script.ts';
import { wordsOf } from '../artifacts/shell/words.ts';
import type { SourceFile } from '../artifacts/source-file.ts';
import { scriptOf } from '../artifacts/yaml/embedded-script.ts';
import { ScalarNode, type YamlNode } from '../artifacts/yaml/node.ts';
import { readStart, type ServerStart, type StartContext, startOfScript } from './server.ts';

/** A command in one of its written forms: a list of words, or a script that a shell runs. */
export type CommandForm =
  | { readonly kind: 'words'; readonly words: readonly ShellWord[]; readonly file: SourceFile }
  | { readonly kind: 'script'; readonly script: ShellScript; readonly file: SourceFile };

/** The form of a Dockerfile's CMD or ENTRYPOINT. */
export function instructionForm(instruction: Instruction | undefined): CommandForm | undefined {
  if (!instruction) return undefined;
  if (instruction.exec) return { kind: 'words', words: wordsOf(instruction.exec), file: instruction.file };
  return instruction.script ? { kind: 'script', script: instruction.script, file: instruction.file } : undefined;
}

/** The form of a Compose `command` or `entrypoint`, or of Kubernetes `command` and `args`. */
export function yamlForm(node: YamlNode | undefined, reader: 'compose' | 'kubernetes'): CommandForm | undefined {
  if (node === undefined) return undefined;
  if (node.kind === 'list') {
    const items = node.items.flatMap((item) =>
      item instanceof ScalarNode ? [{ value: item.source, range: item.range }] : [],
    );
    const words = wordsOf(items, reader === 'kubernetes' ? 'kubernetes' : 'none').map((word) =>
      reader === 'compose' && /\$/.test(word.text.replaceAll('$$', '')) ? { ...word, value: undefined } : word,
    );
    return { kind: 'words', words, file: node.items[0]?.file ?? node.file };
  }
  if (!(node instanceof ScalarNode) || node.value === null) return undefined;
  const [command] = scriptOf(node).commands;
  return { kind: 'words', words: command?.words ?? [], file: node.file };
}

/** How an image starts: its entry point with its command. */
export function imageStart(
  dockerfile: Dockerfile,
  stage: Stage | undefined,
  context: Omit<StartContext, 'file'>,
): ServerStart | undefined {
  if (!stage) return undefined;
  return startOf(
    instructionForm(effective(stage, 'ENTRYPOINT')),
    instructionForm(commandOf(stage)),
    dockerfile.file,
    context,
  );
}

/** CMD of the stage; one that a later ENTRYPOINT of a descendant resets does not count. */
function commandOf(stage: Stage): Instruction | undefined {
  return effective(stage, 'CMD');
}

/** How a Compose service starts, over its image. */
export function composeStart(
  project: ComposeProject,
  service: ComposeService,
  image: Stage | undefined,
  context: Omit<StartContext, 'file'>,
): ServerStart | undefined {
  const entry = service.root.get('entrypoint');
  const command = service.root.get('command');
  const entryForm = entry
    ? yamlForm(entry, 'compose')
    : image
      ? instructionForm(effective(image, 'ENTRYPOINT'))
      : undefined;
  const commandForm = command
    ? yamlForm(command, 'compose')
    : image && !entry
      ? instructionForm(commandOf(image))
      : undefined;
  return startOf(entryForm, commandForm, service.root.file ?? project.file, context);
}

/** How a container starts, over its image. */
export function containerStart(
  container: Container,
  image: Stage | undefined,
  context: Omit<StartContext, 'file'>,
): ServerStart | undefined {
  const command = container.root.get('command');
  const args = container.root.get('args');
  const entryForm = command
    ? yamlForm(command, 'kubernetes')
    : image
      ? instructionForm(effective(image, 'ENTRYPOINT'))
      : undefined;
  const argsForm = args
    ? yamlForm(args, 'kubernetes')
    : image && !command
      ? instructionForm(commandOf(image))
      : undefined;
  return startOf(entryForm, argsForm, container.root.file, context);
}

function startOf(
  entry: CommandForm | undefined,
  command: CommandForm | undefined,
  file: SourceFile,
  context: Omit<StartContext, 'file'>,
): ServerStart | undefined {
  if (entry?.kind === 'script') return startOfScript(entry.script, { ...context, file: entry.file });
  if (!entry) return command ? formStart(command, context) : undefined;
  const [first] = unwrap(entry.words);
  const name = first?.value;
  if (name !== undefined && /\.sh$|entrypoint/.test(name)) return scriptStart(name, command, context);
  if (command?.kind === 'script') {
    // ENTRYPOINT in exec form with CMD in shell form: the entry point gets `/bin/sh -c …` as its arguments.
    return first === undefined ? startOfScript(command.script, { ...context, file: command.file }) : undefined;
  }
  const words = [...entry.words, ...(command?.words ?? [])];
  return readStart(words, { ...context, file: entry.words.length > 0 ? entry.file : (command?.file ?? file) });
}

function formStart(form: CommandForm, context: Omit<StartContext, 'file'>): ServerStart | undefined {
  if (form.kind === 'script') return startOfScript(form.script, { ...context, file: form.file });
  return readStart(form.words, { ...context, file: form.file });
}

/** An entry point that is a script of the repository: it runs its arguments (`exec "$@"`), or the server itself. */
function scriptStart(
  path: string,
  command: CommandForm | undefined,
  context: Omit<StartContext, 'file'>,
): ServerStart | undefined {
  const { project } = context;
  if (!project) return undefined;
  const base = path.split('/').pop() ?? path;
  const candidates = [...project.filePaths].filter((item) => item === base || item.endsWith(`/${base}`));
  const [only] = candidates;
  const file = candidates.length === 1 && only !== undefined ? project.repository.read(only) : undefined;
  if (!file) return undefined;
  if (/"\$@"|\$@|\$\*/.test(file.text)) return command ? formStart(command, context) : undefined;
  return startOfScript(new ShellScript(file, file.text), { ...context, file });
}
