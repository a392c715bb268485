import type { Dockerfile, Instruction, Word } from '../../../artifacts/dockerfile/dockerfile.ts';
import type { Repository } from '../../../artifacts/repository.ts';

/** The words that copy the whole build context. */
export function wholeContextSources(dockerfile: Dockerfile): readonly Word[] {
  return dockerfile.instructions.flatMap(({ keyword, flags, words, exec }: Instruction) => {
    if ((keyword !== 'COPY' && keyword !== 'ADD') || flags.some(({ name }) => name === 'from')) return [];
    return (exec ?? words).slice(0, -1).filter(({ value }) => value === '.' || value === './');
  });
}

/** The ignore files that may be in force: the Dockerfile's own, else those from its folder up to the root. */
export function ignoreFiles(dockerfile: Dockerfile, repository: Repository): readonly string[] {
  const { path } = dockerfile.file;
  if (repository.exists(`${path}.dockerignore`)) return [`${path}.dockerignore`];
  const parts = path.split('/').slice(0, -1);
  return [...parts, '']
    .map((_, index) => [...parts.slice(0, parts.length - index), '.dockerignore'].join('/'))
    .filter((candidate) => repository.exists(candidate));
}
