import type { ComposeProject } from '../artifacts/compose/compose.ts';
import type { Dockerfile } from '../artifacts/dockerfile/dockerfile.ts';
import type { Environment } from '../artifacts/kubernetes/environment.ts';
import type { Pipeline } from '../artifacts/pipeline/pipeline.ts';
import type { PythonProject } from '../artifacts/python/project.ts';
import type { Repository } from '../artifacts/repository.ts';
import type { Location } from '../artifacts/source-file.ts';
import type { System } from '../system/system.ts';
import type { Edit } from './edit.ts';

/** What a rule of each domain is given: one parsed value at a time. */
export interface Subjects {
  dockerfile: Dockerfile;
  compose: ComposeProject;
  kubernetes: Environment;
  pipeline: Pipeline;
  python: PythonProject;
  system: System;
}

/** The first half of a rule's id. */
export type Domain = keyof Subjects;

/** How bad a finding is. */
export type Severity = 'error' | 'warning' | 'info';

/** The smallest preset that holds a rule: `recommended` ⊂ `strict` ⊂ `all`. */
export type Preset = 'recommended' | 'strict' | 'all';

/** The wording of one finding: the fact, with `{name}` for each argument, and what to do about it. */
export interface Message {
  readonly text: string;
  readonly remedy: string;
}

/** One setting of a rule that a configuration may give. */
export type OptionDefinition =
  | { readonly type: 'strings'; readonly default: readonly string[]; readonly description: string }
  | { readonly type: 'string'; readonly default: string; readonly description: string }
  | { readonly type: 'number'; readonly default: number; readonly description: string }
  | { readonly type: 'boolean'; readonly default: boolean; readonly description: string };

type OptionValue<Definition> = Definition extends { type: 'strings' }
  ? readonly string[]
  : Definition extends { type: 'string' }
    ? string
    : Definition extends { type: 'number' }
      ? number
      : boolean;

/**
 * A piece of repository that a rule is tried on: the text of the domain's usual file (`Dockerfile`, `compose.yaml`,
 * `k8s/app.yaml`, `.github/workflows/ci.yml`), or path → text. Common indentation and the first line end are removed.
 */
export interface ExampleCase {
  readonly files: string | Readonly<Record<string, string>>;
  /** The lines that are reported, all of them: a number for the usual file, else `path:line`. */
  readonly at?: readonly (number | string)[];
  /** The file after all fixes were applied; for several files those that change. */
  readonly fixed?: string | Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, unknown>>;
  /** What the case shows, where that is not obvious. */
  readonly note?: string;
}

/** An example in short or full form. */
export type Example = string | ExampleCase;

/** A second place that a finding is about. */
export interface Related extends Location {
  readonly message: string;
}

/** What may come with a finding. */
export interface ReportExtras {
  readonly related?: readonly Related[];
  /** The edits that put it right; all or none of them are applied. */
  readonly fix?: readonly Edit[];
}

type Placeholder<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholder<Rest>
  : never;

type MessageArguments<Entry extends Message> = Placeholder<Entry['text']> | Placeholder<Entry['remedy']>;

type ReportRest<Entry extends Message> = [MessageArguments<Entry>] extends [never]
  ? [args?: Readonly<Record<string, never>>, extras?: ReportExtras]
  : [args: Readonly<Record<MessageArguments<Entry>, string | number>>, extras?: ReportExtras];

/** What a rule's check may use besides its subject. */
export interface RuleContext<
  Messages extends Readonly<Record<string, Message>> = Readonly<Record<string, Message>>,
  Options extends Readonly<Record<string, OptionDefinition>> = Readonly<Record<string, OptionDefinition>>,
> {
  /**
   * Reports a finding.
   *
   * @param code a key of the rule's messages
   * @param where the exact place; any node, instruction, word or object is one
   * @param args a value for each `{name}` of the message
   */
  report<Code extends keyof Messages & string>(code: Code, where: Location, ...rest: ReportRest<Messages[Code]>): void;
  /** The rule's options, defaults filled in. */
  readonly options: { readonly [Name in keyof Options]: OptionValue<Options[Name]> };
  /** All that was read, for questions beyond the subject: does a file exist, what do its neighbours say. */
  readonly repository: Repository;
}

type DomainOf<Id extends string> = Id extends `${infer Name extends Domain}/${string}` ? Name : never;

/** A best practice, as its file states it. */
export interface RuleDefinition<
  Id extends `${Domain}/${string}`,
  Messages extends Readonly<Record<string, Message>>,
  Options extends Readonly<Record<string, OptionDefinition>>,
> {
  /** `domain/what-is-right`, the path of the rule's file below `rules/`. */
  readonly id: Id;
  /** What is right, in one line without a full stop. */
  readonly summary: string;
  readonly severity: Severity;
  readonly preset: Preset;
  /** The same rule elsewhere, `tool:id` (`hadolint:DL3006`). A peer's id is accepted wherever a rule is named. */
  readonly peers: readonly string[];
  /** Why it matters, in a few sentences. */
  readonly why: string;
  /** Where that is written. */
  readonly source: string;
  readonly messages: Messages;
  readonly options?: Options;
  readonly examples: { readonly bad: readonly Example[]; readonly good: readonly Example[] };
  /** Looks at one subject; synchronous and pure. */
  check(subject: Subjects[DomainOf<Id>], context: RuleContext<Messages, Options>): void;
}

/** A rule as the engine sees it. */
export interface Rule
  extends Omit<RuleDefinition<`${Domain}/${string}`, Readonly<Record<string, Message>>, never>, 'check' | 'options'> {
  readonly domain: Domain;
  readonly options: Readonly<Record<string, OptionDefinition>>;
  check(subject: Subjects[Domain], context: RuleContext): void;
}

/**
 * States a rule. The check's subject is typed by the id's domain, `report` by the messages' placeholders.
 *
 * @example
 * export const oneCmd = defineRule({ id: 'dockerfile/one-cmd', …, check(dockerfile, { report }) { … } });
 */
export function defineRule<
  const Id extends `${Domain}/${string}`,
  const Messages extends Readonly<Record<string, Message>>,
  const Options extends Readonly<Record<string, OptionDefinition>> = Readonly<Record<never, OptionDefinition>>,
>(definition: RuleDefinition<Id, Messages, Options>): Rule {
  const domain = definition.id.slice(0, definition.id.indexOf('/')) as Domain;
  // Into the definition itself: a copy would ask for the examples, which the bundle makes on demand.
  return Object.assign(definition, { domain, options: definition.options ?? {} }) as unknown as Rule;
}
