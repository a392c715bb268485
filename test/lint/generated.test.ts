import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { treeSource } from '../../src/artifacts/file-source.ts';
import { openRepository } from '../../src/artifacts/repository.ts';
import { builtinPack } from '../../src/cli/builtin-pack.ts';
import { defaultConfig } from '../../src/lint/config.ts';
import { lint } from '../../src/lint/lint.ts';
import { render } from '../../src/render/render.ts';
import { checkSpec } from '../../src/spec/parse-spec.ts';
import { specArbitrary } from '../support/spec-arbitrary.ts';

/** Rendering alone brings no lock file; the tool makes it afterwards. */
const ABOUT_LOCK_FILES = new Set(['python/lock-file']);

describe('what is generated', async () => {
  const pack = await builtinPack();

  it('has no finding at any preset, whatever is chosen', async () => {
    await fc.assert(
      fc.asyncProperty(specArbitrary(pack), async (input) => {
        const tree = render(checkSpec(input), pack, '1.0.0');
        const repository = await openRepository(treeSource(tree));
        for (const preset of ['recommended', 'strict', 'all'] as const) {
          const { findings } = await lint(repository, { config: { ...defaultConfig, preset }, today: '2026-01-01' });
          const places = findings
            .filter(({ rule }) => !ABOUT_LOCK_FILES.has(rule))
            .map(({ rule, file, line, message }) => `${rule} ${file}:${line} ${message}`);
          expect(places).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  }, 600_000);
});
