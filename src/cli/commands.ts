import type { CommandModule } from './command.ts';

/** A command by name; its module is loaded only when it is called or asked for help. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<CommandModule>;
}

/** What `create-microservice` does. */
export const CREATE: CommandEntry = {
  name: 'create-microservice',
  summary: 'Create a Python microservice, or a workspace of several',
  load: async () => (await import('./commands/create.ts')).create,
};

/** The commands of `msvc`, in the order in which help lists them. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'lint',
    summary: 'Report where the repository leaves best practice, or where its files disagree',
    load: async () => (await import('./commands/lint.ts')).lint,
  },
  {
    name: 'rules',
    summary: 'List the rules of msvc lint',
    load: async () => (await import('./commands/rules.ts')).rules,
  },
  {
    name: 'explain',
    summary: 'Explain a rule: why it matters, what is wrong and what is right',
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  {
    name: 'verify',
    summary: "Run the repository's own lint, type check and tests",
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  {
    name: 'schema',
    summary: 'Print the JSON Schema of msvc.yaml',
    load: async () => (await import('./commands/schema.ts')).schema,
  },
  {
    name: 'completion',
    summary: 'Print the completion script of a shell',
    load: async () => (await import('./commands/completion.ts')).completion,
  },
];
