import type { TextRange } from '../source-file.ts';
import { call } from './functions.ts';
import type { Operand, Pipeline, TemplateNode } from './template.ts';
import { type Dict, isDict, isTrue, isUncertain, toText, unknown, type Value } from './value.ts';

/** Rendered text with the place each piece comes from. */
export interface Rendered {
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** Whether something in it depends on what is not known. */
  readonly uncertain: boolean;
}

/** A piece of rendered text: a copy of the template's text, or what an action gave. */
export interface Piece {
  readonly at: number;
  readonly length: number;
  readonly source: TextRange;
  readonly copied: boolean;
}

/** Named templates of a chart: every `define`, with the text it stands in. */
export type Definitions = ReadonlyMap<string, { readonly text: string; readonly body: readonly TemplateNode[] }>;

/** Rendering stops beyond this: no chart gives so much. */
const maximumSteps = 200_000;
const maximumDepth = 60;
const maximumLength = 2_000_000;

/** Counts over one rendering, its inclusions too. */
interface Budget {
  steps: number;
  length: number;
}

/**
 * Renders a template.
 *
 * @param root what `.` and `$` are: Values, Chart, Release, …
 */
export function renderTemplate(
  text: string,
  nodes: readonly TemplateNode[],
  root: Dict,
  definitions: Definitions,
): Rendered {
  const renderer = new Renderer(text, root, definitions, { steps: 0, length: 0 }, 0);
  renderer.render(nodes, root);
  return renderer.result();
}

class Renderer {
  readonly #source: string;
  readonly #root: Value;
  readonly #definitions: Definitions;
  readonly #budget: Budget;
  readonly #depth: number;
  readonly #pieces: Piece[] = [];
  #output = '';
  #uncertain = false;
  #scopes: Map<string, Value>[] = [new Map()];
  #leaving: 'break' | 'continue' | undefined;

  constructor(source: string, root: Value, definitions: Definitions, budget: Budget, depth: number) {
    this.#source = source;
    this.#root = root;
    this.#definitions = definitions;
    this.#budget = budget;
    this.#depth = depth;
  }

  result(): Rendered {
    return { text: this.#output, pieces: this.#pieces, uncertain: this.#uncertain };
  }

  render(nodes: readonly TemplateNode[], dot: Value): void {
    for (const node of nodes) {
      if (this.#leaving || this.#spent()) return;
      switch (node.kind) {
        case 'text':
          this.#write(this.#source.slice(node.range.start, node.range.end), node.range, true);
          break;
        case 'output':
          this.#writeValue(this.#pipeline(node.pipeline, dot), node.range, node.pipeline.variables.length > 0);
          break;
        case 'template':
          this.#writeValue(
            this.#include(node.name, node.pipeline ? this.#pipeline(node.pipeline, dot) : null),
            node.range,
            false,
          );
          break;
        case 'if':
        case 'with':
          this.#branch(node, dot);
          break;
        case 'range':
          this.#loop(node, dot);
          break;
        case 'break':
        case 'continue':
          this.#leaving = node.kind;
          break;
        case 'define':
          break;
      }
    }
  }

  #branch(node: TemplateNode & { readonly kind: 'if' | 'with' | 'range' }, dot: Value): void {
    this.#scopes.push(new Map());
    const value = this.#pipeline(node.pipeline, dot);
    if (value === unknown) this.#uncertain = true;
    else if (isTrue(value)) this.render(node.body, node.kind === 'with' ? value : dot);
    else this.render(node.otherwise, dot);
    this.#scopes.pop();
  }

  #loop(node: TemplateNode & { readonly kind: 'if' | 'with' | 'range' }, dot: Value): void {
    const value = this.#evaluate(node.pipeline, dot);
    if (value === unknown) {
      this.#uncertain = true;
      return;
    }
    const counted =
      typeof value === 'number'
        ? Array.from({ length: Math.max(0, Math.min(value, 1000)) }, (_, index) => index)
        : value;
    const items: readonly (readonly [Value, Value])[] = Array.isArray(counted)
      ? counted.map((item, index) => [index, item] as const)
      : isDict(counted)
        ? Object.keys(counted)
            .sort()
            .map((name) => [name, counted[name]] as const)
        : [];
    if (items.length === 0) this.render(node.otherwise, dot);
    const [first, second] = node.pipeline.variables;
    for (const [key, item] of items) {
      const scope = new Map<string, Value>();
      if (second !== undefined && first !== undefined) scope.set(first, key).set(second, item);
      else if (first !== undefined) scope.set(first, item);
      this.#scopes.push(scope);
      this.render(node.body, item);
      this.#scopes.pop();
      const left = this.#leaving;
      this.#leaving = undefined;
      if (left === 'break') break;
    }
  }

  #pipeline(pipeline: Pipeline, dot: Value): Value {
    const value = this.#evaluate(pipeline, dot);
    const [name] = pipeline.variables;
    if (name === undefined) return value;
    if (pipeline.declares) this.#scopes.at(-1)?.set(name, value);
    else this.#scopes.findLast((scope) => scope.has(name))?.set(name, value);
    return value;
  }

  #evaluate({ commands }: Pipeline, dot: Value): Value {
    let value: Value;
    for (const [index, command] of commands.entries()) {
      value = this.#command(command, dot, index === 0 ? [] : [value]);
    }
    return value;
  }

  #command([head, ...rest]: readonly Operand[], dot: Value, piped: readonly Value[]): Value {
    if (head === undefined || this.#spent()) return unknown;
    if (head.kind !== 'function') {
      const value = this.#operand(head, dot);
      // A method call (`.Capabilities.APIVersions.Has "…"`, `.Files.Get "…"`) asks what is not known here.
      return rest.length > 0 || piped.length > 0 ? unknown : value;
    }
    if (head.name === 'and' || head.name === 'or') return this.#junction(head.name, rest, dot, piped);
    const args = [...rest.map((operand) => this.#operand(operand, dot)), ...piped];
    if (head.name === 'include') return typeof args[0] === 'string' ? this.#include(args[0], args[1]) : unknown;
    if (head.name === 'tpl') return typeof args[0] === 'string' && !args[0].includes('{{') ? args[0] : unknown;
    return call(head.name, args);
  }

  /** `and` and `or` give one of their arguments and stop at the first that decides. */
  #junction(name: 'and' | 'or', rest: readonly Operand[], dot: Value, piped: readonly Value[]): Value {
    let value: Value;
    for (const next of [
      ...rest.map((operand) => () => this.#operand(operand, dot)),
      ...piped.map((given) => () => given),
    ]) {
      value = next();
      if (value === unknown || isTrue(value) === (name === 'or')) return value;
    }
    return value;
  }

  #operand(operand: Operand, dot: Value): Value {
    switch (operand.kind) {
      case 'literal':
        return operand.value;
      case 'function':
        return this.#command([operand], dot, []);
      case 'group':
        return field(this.#evaluate(operand.pipeline, dot), operand.path);
      case 'field': {
        const { variable, path } = operand;
        if (variable === undefined) return field(dot, path);
        if (variable === '') return field(this.#root, path);
        return field(this.#scopes.findLast((scope) => scope.has(variable))?.get(variable), path);
      }
    }
  }

  #include(name: string, dot: Value): Value {
    const definition = this.#definitions.get(name);
    if (definition === undefined || this.#depth >= maximumDepth || dot === unknown) return unknown;
    const inner = new Renderer(definition.text, dot, this.#definitions, this.#budget, this.#depth + 1);
    inner.render(definition.body, dot);
    const { text, uncertain } = inner.result();
    return uncertain ? unknown : text;
  }

  #writeValue(value: Value, range: TextRange, silent: boolean): void {
    if (silent) return;
    if (isUncertain(value)) this.#uncertain = true;
    else this.#write(toText(value), range, false);
  }

  #write(text: string, source: TextRange, copied: boolean): void {
    if (text === '') return;
    this.#pieces.push({ at: this.#output.length, length: text.length, source, copied });
    this.#output += text;
    this.#budget.length += text.length;
  }

  #spent(): boolean {
    this.#budget.steps++;
    const spent = this.#budget.steps > maximumSteps || this.#budget.length > maximumLength;
    if (spent) this.#uncertain = true;
    return spent;
  }
}

function field(value: Value, path: readonly string[]): Value {
  let at = value;
  for (const step of path) {
    if (at === unknown) return unknown;
    at = isDict(at) ? at[step] : undefined;
  }
  return at;
}
