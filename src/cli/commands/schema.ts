import { Argument } from 'commander';
import { featureJsonSchema } from '../../render/feature.ts';
import { specJsonSchema } from '../../spec/schema.ts';
import { defineCommand } from '../command.ts';

const SCHEMAS = { 'msvc.yaml': specJsonSchema, 'feature.yaml': featureJsonSchema } as const;

/** `msvc schema`: for editors and for checks outside this tool. */
export const schema = defineCommand<object, readonly [keyof typeof SCHEMAS]>({
  examples: [
    { command: 'msvc schema > msvc.schema.json', effect: 'Save it for an editor that is offline' },
    { command: 'msvc schema feature.yaml', effect: "The schema of a pack's features" },
  ],
  configure(command) {
    command.addArgument(new Argument('[file]', 'of which file').choices(Object.keys(SCHEMAS)).default('msvc.yaml'));
  },
  async run({ terminal }, [file]) {
    terminal.out(`${JSON.stringify(SCHEMAS[file](), null, 2)}\n`);
    return 0;
  },
});
