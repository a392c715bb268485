import { describe, expect, it } from 'vitest';
import { availableValues } from '../../src/render/availability.ts';
import { OPTIONS, type Option } from '../../src/spec/options.ts';
import { emptyDisk, generatedIn, runIn, sharedPack, type World } from '../support/cli.ts';

const ROOT = '/disk/shop';
/** What a whole repository chooses, and may take up and give back later. */
const GROWN = ['gateway', 'monitoring', 'logs', 'tracing', 'config-service'];

describe('what is around the services', async () => {
  const pack = await sharedPack();
  const choices = OPTIONS.filter(({ name }) => GROWN.includes(name)).flatMap((option: Option) =>
    availableValues(option, pack)
      .filter((value) => value !== option.neutral)
      .map((value): [string, string] => [option.name, value]),
  );

  describe.each(choices)('%s %s', (option, value) => {
    it.each([['single'], ['several']])(
      'is added to a repository with %s and removed without a trace',
      async (layout) => {
        const world: World = { fs: emptyDisk(), cwd: ROOT };
        const msvc = async (...argv: readonly string[]): Promise<void> => {
          const { code, err } = await runIn(world, 'msvc', ...argv);
          expect(code, err).toBe(0);
        };
        const flags = layout === 'single' ? [] : ['--services', 'orders,payments'];
        const without = ['shop', '--yes', '--no-lock', '--monitoring', 'none', ...flags];
        expect((await runIn({ ...world, cwd: '/disk' }, 'create-microservice', ...without)).code).toBe(0);
        const before = generatedIn(world.fs ?? emptyDisk(), ROOT);
        await msvc('add', option, value);
        const grown = generatedIn(world.fs ?? emptyDisk(), ROOT);
        expect(Object.keys(grown).length).toBeGreaterThan(Object.keys(before).length);
        await msvc('remove', option, value);
        const after = generatedIn(world.fs ?? emptyDisk(), ROOT);
        expect(after).toEqual(before);
      },
    );
  });
});
