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
    name: 'add-service',
    summary: 'Add a service to the workspace',
    load: async () => (await import('./commands/add-service.ts')).addService,
  },
  {
    name: 'add',
    summary: 'Take a choice up: msvc add ci gitlab',
    load: async () => (await import('./commands/add.ts')).add,
  },
  {
    name: 'remove',
    summary: 'Take a choice or a service back',
    load: async () => (await import('./commands/remove.ts')).remove,
  },
  {
    name: 'set',
    summary: 'Change a choice: msvc set python 3.13',
    load: async () => (await import('./commands/set.ts')).set,
  },
  {
    name: 'rename',
    summary: 'Rename a service, its package and its folder',
    load: async () => (await import('./commands/rename.ts')).rename,
  },
  {
    name: 'sync',
    summary: 'Bring the files to what msvc.yaml says',
    load: async () => (await import('./commands/sync.ts')).sync,
  },
  {
    name: 'update',
    summary: "Take up this version's templates",
    load: async () => (await import('./commands/update.ts')).update,
  },
  {
    name: 'status',
    summary: 'Show what you changed and what a sync would',
    load: async () => (await import('./commands/status.ts')).status,
  },
  {
    name: 'resolve',
    summary: 'Settle a git merge of branches that both changed the workspace',
    load: async () => (await import('./commands/resolve.ts')).resolve,
  },
  {
    name: 'restore',
    summary: 'Bring generated files that are not there',
    load: async () => (await import('./commands/restore.ts')).restore,
  },
  {
    name: 'eject',
    summary: 'Take a file out of our care',
    load: async () => (await import('./commands/eject.ts')).eject,
  },
  {
    name: 'undo',
    summary: 'Take the last run back',
    load: async () => (await import('./commands/undo.ts')).undo,
  },
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
    name: 'graph',
    summary: 'Draw the services and what joins them',
    load: async () => (await import('./commands/graph.ts')).graph,
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
    name: 'dev',
    summary: 'Run all services here, without containers',
    load: async () => (await import('./commands/dev.ts')).dev,
  },
  {
    name: 'init',
    summary: 'Write a first msvc.yaml for a repository that was not generated here',
    load: async () => (await import('./commands/init.ts')).init,
  },
  {
    name: 'doctor',
    summary: 'Say what is installed, what is missing and what to do',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  {
    name: 'pack',
    summary: 'Begin or check a pack of features',
    load: async () => (await import('./commands/pack.ts')).pack,
  },
  {
    name: 'schema',
    summary: 'Print the JSON Schema of msvc.yaml, or of feature.yaml',
    load: async () => (await import('./commands/schema.ts')).schema,
  },
  {
    name: 'completion',
    summary: 'Print the completion script of a shell',
    load: async () => (await import('./commands/completion.ts')).completion,
  },
];
