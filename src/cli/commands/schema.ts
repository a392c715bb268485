import { specJsonSchema } from '../../spec/schema.ts';
import { defineCommand } from '../command.ts';

/** `msvc schema`: for editors and for checks outside this tool. */
export const schema = defineCommand({
  examples: [{ command: 'msvc schema > msvc.schema.json', effect: 'Save it for an editor that is offline' }],
  configure() {},
  async run({ terminal }) {
    terminal.out(`${JSON.stringify(specJsonSchema(), null, 2)}\n`);
    return 0;
  },
});
