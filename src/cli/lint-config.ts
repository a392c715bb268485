import { dirname, join, resolve } from 'node:path';
import { defaultConfig, type LintConfig } from '../lint/config.ts';
import { UserError } from '../tree/user-error.ts';
import type { Context } from './context.ts';

/**
 * Reads the `lint:` section of a file. What parses and checks it is loaded only where there is a section.
 *
 * @param path the file; `msvc.yaml` of the current folder, if there is one, when left out
 * @throws UserError where the file is named but cannot be read, or says something wrong
 */
export async function loadLintConfig({ fs, cwd }: Pick<Context, 'fs' | 'cwd'>, path?: string): Promise<LintConfig> {
  const read = (name: string): string | undefined => {
    try {
      return new TextDecoder().decode(fs.readFileSync(resolve(cwd, name)));
    } catch {
      return undefined;
    }
  };
  const text = read(path ?? 'msvc.yaml');
  if (text === undefined && path !== undefined) throw new UserError(`${path} cannot be read`);
  if (text === undefined || !/^lint[ \t]*:/m.test(text)) return defaultConfig;
  const [{ readConfig }, { parseYaml }, { SourceFile }] = await Promise.all([
    import('../lint/read-config.ts'),
    import('../artifacts/yaml/parse.ts'),
    import('../artifacts/source-file.ts'),
  ]);
  const sectionOf = (name: string, content: string) => {
    const [document] = parseYaml(new SourceFile(name, content));
    const [problem] = document?.problems ?? [];
    if (problem) {
      throw new UserError(problem.message, { place: { file: name, ...problem.file.position(problem.range.start) } });
    }
    return document?.root;
  };
  const section = sectionOf(path ?? 'msvc.yaml', text)?.get('lint');
  if (section === undefined) return defaultConfig;
  return readConfig(section, (target, from) => {
    const name = join(dirname(from), target);
    const content = read(name);
    const root = content === undefined ? undefined : sectionOf(name, content);
    return root?.get('lint') ?? root;
  });
}
