import { PythonRepository } from '../../../src/artifacts/python/project.ts';
import { SourceFile } from '../../../src/artifacts/source-file.ts';

/** A repository of Python files held in memory. */
export function repositoryOf(files: Readonly<Record<string, string>>): PythonRepository {
  return new PythonRepository(Object.keys(files).sort(), (path) => {
    const text = files[path];
    return text === undefined ? undefined : new SourceFile(path, text);
  });
}
