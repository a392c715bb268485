import { type Document, isMap, isNode, LineCounter, type Node, parseDocument } from 'yaml';
import { type Place, UserError } from '../tree/user-error.ts';
import { refusals } from './combinations.ts';
import { nameProblem, suggestName } from './names.ts';
import { didYouMean } from './nearest.ts';
import { resolveSpec } from './resolve.ts';
import { SERVICE_KEYS, SPEC_KEYS, type SpecInput, specSchema } from './schema.ts';
import type { Workspace } from './workspace.ts';

/** The spec's file name, at the root of a workspace. */
export const SPEC_FILE = 'msvc.yaml';

/**
 * Reads `msvc.yaml`.
 *
 * @param text the file's content
 * @param file the name to give in errors
 * @returns the workspace, every default filled in
 * @throws UserError with line, column and the nearest valid value at the first mistake
 */
export function parseSpec(text: string, file: string = SPEC_FILE): Workspace {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true });
  const placeAt = (offset: number | undefined): Place => {
    if (offset === undefined) return { file };
    const { line, col } = lines.linePos(offset);
    return { file, line, column: col };
  };
  const mistake = document.errors[0];
  if (mistake !== undefined) {
    throw new UserError(mistake.message, { place: placeAt(mistake.pos[0]), remedy: 'Mend the YAML.' });
  }
  const input = toInput(document, file);
  const result = specSchema.safeParse(input);
  if (!result.success) {
    const issue = explainIssue(result.error.issues as readonly Issue[], input);
    throw new UserError(issue.message, {
      place: placeAt(offsetOf(document, issue.path, issue.atKey)),
      remedy: issue.remedy,
    });
  }
  return checkSpec(result.data, (path, atKey) => placeAt(offsetOf(document, path, atKey)));
}

/**
 * Checks a spec that has the schema's shape and fills in its defaults.
 *
 * @param input what was written or chosen
 * @param place where a key (or its value) stands, for errors
 * @throws UserError at the first name or combination that does not work
 */
export function checkSpec(
  input: SpecInput,
  place: (path: readonly PropertyKey[], atKey: boolean) => Place | undefined = () => undefined,
): Workspace {
  const problem = nameProblem(input.name);
  if (problem !== undefined) {
    throw new UserError(problem, {
      place: place(['name'], false),
      remedy: `A name that works: ${suggestName(input.name)}`,
    });
  }
  const names = Object.keys(input.services);
  if (names.length === 0) {
    throw new UserError('the workspace has no service', {
      place: place(['services'], true),
      remedy: 'Name one under services:, for example `services: { orders: {} }`.',
    });
  }
  checkOwners(input.owners, ['owners'], place);
  for (const name of names) checkService(input, name, place);
  const workspace = resolveSpec(input);
  const refusal = refusals(workspace)[0];
  if (refusal !== undefined) {
    throw new UserError(refusal.message, { place: place(refusal.path, false), remedy: refusal.remedy });
  }
  checkUnique(workspace, 'path', 'folder', place);
  checkUnique(workspace, 'hostPort', 'port', place);
  return workspace;
}

function checkService(
  input: SpecInput,
  name: string,
  place: (path: readonly PropertyKey[], atKey: boolean) => Place | undefined,
): void {
  const problem = nameProblem(name);
  if (problem !== undefined) {
    throw new UserError(problem, {
      place: place(['services', name], true),
      remedy: `A name that works: ${suggestName(name)}`,
    });
  }
  const service = input.services[name];
  const path = service?.path;
  if (path === '.' && Object.keys(input.services).length > 1) {
    throw new UserError(`"${name}" is at the root, but the workspace has other services`, {
      place: place(['services', name, 'path'], false),
      remedy: `Move it to services/${name}.`,
    });
  }
  if (path !== undefined && path !== '.' && !/^(?!\.)[\w.-]+(?:\/(?!\.)[\w.-]+)*$/.test(path)) {
    throw new UserError(`"${path}" is no folder inside the workspace`, {
      place: place(['services', name, 'path'], false),
      remedy: `Write a relative path such as services/${name}.`,
    });
  }
  checkOwners(service?.owners, ['services', name, 'owners'], place);
  for (const list of ['publishes', 'subscribes'] as const) {
    const wrong = service?.[list]?.find((event) => !/^(?=.{1,30}$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(event));
    if (wrong !== undefined) {
      throw new UserError(`"${wrong}" is no event name: lower-case words joined by hyphens, 30 characters at most`, {
        place: place(['services', name, list], false),
        remedy: `A name that works: ${suggestName(wrong).slice(0, 30).replace(/-+$/, '')}`,
      });
    }
  }
}

/** As GitHub and GitLab read them: https://docs.github.com/articles/about-code-owners, https://docs.gitlab.com/user/project/codeowners/reference */
function checkOwners(
  owners: readonly string[] | undefined,
  path: readonly PropertyKey[],
  place: (path: readonly PropertyKey[], atKey: boolean) => Place | undefined,
): void {
  const wrong = owners?.find((owner) => !/^(?:@@?[\w.-]+(?:\/[\w.-]+)*|[^\s@#]+@[^\s@#]+)$/.test(owner));
  if (wrong === undefined) return;
  throw new UserError(`"${wrong}" is no owner`, {
    place: place(path, false),
    remedy: 'Write @user, @organisation/team or an e-mail address.',
  });
}

function checkUnique(
  workspace: Workspace,
  key: 'path' | 'hostPort',
  noun: string,
  place: (path: readonly PropertyKey[], atKey: boolean) => Place | undefined,
): void {
  const owners = new Map<string | number, string>();
  for (const service of workspace.services) {
    const other = owners.get(service[key]);
    if (other !== undefined) {
      throw new UserError(`${other} and ${service.name} have the same ${noun}, ${service[key]}`, {
        place: place(['services', service.name, key === 'hostPort' ? 'port' : key], false),
        remedy: `Give one of them another ${noun}.`,
      });
    }
    owners.set(service[key], service.name);
  }
}

function toInput(document: Document, file: string): unknown {
  if (!isMap(document.contents)) {
    throw new UserError('the file holds no mapping', {
      place: { file, line: 1, column: 1 },
      remedy: 'Start with `version: 1`, `name:` and `services:`.',
    });
  }
  return document.toJS({ maxAliasCount: 100 });
}

interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
  readonly expected?: string;
  readonly errors?: readonly (readonly Issue[])[];
}

interface Explained {
  readonly path: readonly PropertyKey[];
  readonly atKey: boolean;
  readonly message: string;
  readonly remedy: string;
}

function explainIssue(issues: readonly Issue[], input: unknown, prefix: readonly PropertyKey[] = []): Explained {
  const issue = issues[0];
  if (issue === undefined) throw new Error('a failed validation has an issue');
  const path = [...prefix, ...issue.path];
  const value = valueAt(input, path);
  const name = path.map(String).join('.');
  if (issue.code === 'invalid_union' && issue.errors !== undefined) {
    const fitting = issue.errors.find((branch) => branch[0] !== undefined && !isWrongType(branch[0], value));
    return explainIssue(fitting ?? issue.errors[0] ?? [], input, path);
  }
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys?.[0] ?? '';
    const known = path.length === 0 ? SPEC_KEYS : path[0] === 'services' ? SERVICE_KEYS : ['target', 'strategy'];
    return {
      path: [...path, key],
      atKey: true,
      message: `"${key}" is no key of ${name || 'the spec'}`,
      remedy: didYouMean(key, known),
    };
  }
  if (value === undefined) {
    return { path, atKey: true, message: `"${name}" is missing`, remedy: `Add it: ${String(path.at(-1))}: …` };
  }
  if (issue.code === 'invalid_value') {
    const values = (issue.values ?? []).map(String);
    const written = typeof value === 'object' ? JSON.stringify(value) : String(value);
    return { path, atKey: false, message: `"${written}" is no value of ${name}`, remedy: didYouMean(written, values) };
  }
  return {
    path,
    atKey: false,
    message: `${name}: ${issue.message.replace(/^Invalid input: /, '')}`,
    remedy: 'See `msvc schema`.',
  };
}

function isWrongType(issue: Issue, value: unknown): boolean {
  if (issue.code === 'invalid_type') return issue.path.length === 0;
  return issue.code === 'invalid_value' && issue.path.length === 0 && typeof value === 'object';
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

/** The offset of the value at a path, or of its key; of the nearest parent that exists where it does not. */
function offsetOf(document: Document, path: readonly PropertyKey[], atKey: boolean): number | undefined {
  for (let length = path.length; length > 0; length--) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const key = path[length - 1];
    const pair = isMap(parent) ? parent.items.find((item) => keyText(item.key) === String(key)) : undefined;
    if (pair !== undefined) {
      const node = length < path.length || atKey ? pair.key : (pair.value ?? pair.key);
      return isNode(node) ? node.range?.[0] : undefined;
    }
    const value = document.getIn(path.slice(0, length), true);
    if (isNode(value)) return (value as Node).range?.[0];
  }
  return 0;
}

function keyText(key: unknown): string {
  return isNode(key) ? String((key as { value?: unknown }).value) : String(key);
}
