import { KubeObject } from '../kubernetes/environment.ts';
import { objectsOf } from '../kubernetes/kustomize.ts';
import { joinPath } from '../paths.ts';
import type { Problem } from '../problem.ts';
import { type Location, SourceFile, type TextRange } from '../source-file.ts';
import { type Entry, ListNode, MapNode, ScalarNode, type YamlNode } from '../yaml/node.ts';
import { parseYaml } from '../yaml/parse.ts';
import { type Definitions, type Rendered, renderTemplate } from './render.ts';
import { type Operand, type Pipeline, parseTemplate, TemplateError, type TemplateNode } from './template.ts';
import { type Dict, fromYaml, isDict, unknown } from './value.ts';

/** A `.Values.…` in a template. */
export interface ValueReference extends Location {
  readonly path: readonly string[];
}

/** A Helm chart. As a place it is its Chart.yaml. */
export interface HelmChart extends Location {
  /** Its folder, '' for the root. */
  readonly directory: string;
  /** Chart.yaml. */
  readonly root: MapNode;
  /** values.yaml. */
  readonly values: MapNode | undefined;
  readonly templates: readonly SourceFile[];
  readonly references: readonly ValueReference[];
  /** Templates that could not be rendered from the chart's own values; nothing is known about their objects. */
  readonly unrendered: readonly SourceFile[];
}

/** A chart with its objects. */
export interface LoadedChart {
  readonly chart: HelmChart;
  readonly objects: readonly KubeObject[];
  readonly complete: boolean;
  readonly problems: readonly Problem[];
}

/** How a chart's files are read. */
export interface ChartReader {
  readonly paths: readonly string[];
  /** The text of a template. */
  read(path: string): SourceFile | undefined;
  /** The root of a YAML file. */
  root(path: string): MapNode | undefined;
}

/**
 * Reads a chart and renders it with its own values, as `helm template` does, as far as text allows. A template whose
 * result depends on anything else (the cluster, a required value, a function that is not known) gives no objects.
 *
 * @param directory the folder of its Chart.yaml
 */
export function loadChart(directory: string, reader: ChartReader): LoadedChart | undefined {
  const inside = (path: string) => joinPath(directory, path) ?? path;
  const root = reader.root(inside('Chart.yaml'));
  if (root === undefined) return undefined;
  const values = reader.root(inside('values.yaml'));
  const folder = `${inside('templates')}/`;
  const problems: Problem[] = [];
  const templates = reader.paths
    .filter((path) => path.startsWith(folder) && /\.(?:ya?ml|tpl)$/.test(path))
    .flatMap((path) => {
      const file = reader.read(path);
      return file ? [{ file, nodes: parse(file, problems) }] : [];
    });
  const definitions = definitionsOf(templates);
  const unrendered: SourceFile[] = [];
  const objects: KubeObject[] = [];
  for (const { file, nodes } of templates) {
    if (file.path.endsWith('.tpl') || file.path.slice(file.path.lastIndexOf('/') + 1).startsWith('_')) continue;
    const rendered = nodes && renderTemplate(file.text, nodes, contextOf(root, values), definitions);
    const documents = rendered && !rendered.uncertain ? documentsOf(file, rendered) : undefined;
    if (documents === undefined) unrendered.push(file);
    else objects.push(...objectsOf(documents).map((object) => new KubeObject(object)));
  }
  const chart: HelmChart = {
    file: root.file,
    range: root.range,
    directory,
    root,
    values,
    templates: templates.map(({ file }) => file),
    references: templates.flatMap(({ file, nodes }) => (nodes ? referencesOf(file, nodes) : [])),
    unrendered,
  };
  const complete = unrendered.length === 0 && root.list('dependencies').length === 0;
  return { chart, objects, complete, problems };
}

function parse(file: SourceFile, problems: Problem[]): readonly TemplateNode[] | undefined {
  try {
    return parseTemplate(file.text);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    problems.push({ kind: 'kubernetes', file, range: error.range, message: error.message });
    return undefined;
  }
}

interface ParsedTemplate {
  readonly file: SourceFile;
  readonly nodes: readonly TemplateNode[] | undefined;
}

function definitionsOf(templates: readonly ParsedTemplate[]): Definitions {
  const definitions = new Map<string, { readonly text: string; readonly body: readonly TemplateNode[] }>();
  for (const { file, nodes = [] } of templates) {
    for (const node of nodes)
      if (node.kind === 'define') definitions.set(node.name, { text: file.text, body: node.body });
  }
  return definitions;
}

/** https://helm.sh/docs/chart_template_guide/builtin_objects/ */
function contextOf(root: MapNode, values: MapNode | undefined): Dict {
  const chart: Dict = {};
  for (const { name, value } of root.pairs())
    chart[name.charAt(0).toUpperCase() + name.slice(1)] = value.text() ?? fromYaml(value);
  const given = fromYaml(values);
  return {
    Values: isDict(given) ? given : {},
    Chart: chart,
    Release: {
      Name: 'release-name',
      Namespace: 'default',
      Service: 'Helm',
      Revision: 1,
      IsInstall: true,
      IsUpgrade: false,
    },
    Capabilities: unknown,
    Files: unknown,
    Subcharts: {},
    Template: { Name: root.file.path, BasePath: 'templates' },
  };
}

/** The YAML documents of rendered text, with places of the template; undefined when the text is no YAML. */
function documentsOf(file: SourceFile, rendered: Rendered): readonly YamlNode[] | undefined {
  const parsed = parseYaml(new SourceFile(file.path, rendered.text));
  if (parsed.some((document) => document.problems.length > 0)) return undefined;
  const relocator = new Relocator(file, rendered);
  return parsed.flatMap(({ root }) => (root ? [relocator.node(root)] : []));
}

/** Moves nodes from the rendered text to the template. */
class Relocator {
  readonly #file: SourceFile;
  readonly #pieces: Rendered['pieces'];
  readonly #moved = new Map<YamlNode, YamlNode>();

  constructor(file: SourceFile, { pieces }: Rendered) {
    this.#file = file;
    this.#pieces = pieces;
  }

  node(node: YamlNode): YamlNode {
    const known = this.#moved.get(node);
    if (known) return known;
    const moved = this.#move(node);
    this.#moved.set(node, moved);
    return moved;
  }

  #move(node: YamlNode): YamlNode {
    const range = this.#range(node.range);
    if (node instanceof ScalarNode) return this.#scalar(node, range);
    if (node instanceof ListNode)
      return new ListNode(
        this.#file,
        range,
        node.items.map((item) => this.node(item)),
        node.flow,
        node.tag,
      );
    const entries = [...node.entries].map(([name, entry]): [string, Entry] => {
      const key = this.#scalar(entry.key, this.#range(entry.key.range));
      return [name, { name, key, value: this.node(entry.value) }];
    });
    return new MapNode(this.#file, range, new Map(entries), node.flow);
  }

  #scalar(node: ScalarNode, range: TextRange): ScalarNode {
    return new ScalarNode(
      this.#file,
      range,
      node.value,
      node.style,
      node.value === null ? undefined : node.source,
      node.tag,
    );
  }

  #range({ start, end }: TextRange): TextRange {
    const from = this.#offset(start, false);
    return { start: from, end: Math.max(from, end > start ? this.#offset(end - 1, true) : from) };
  }

  #offset(at: number, end: boolean): number {
    let low = 0;
    let high = this.#pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#pieces[middle]?.at ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    const piece = this.#pieces[low];
    if (piece === undefined) return 0;
    if (!piece.copied) return end ? piece.source.end : piece.source.start;
    return Math.min(piece.source.start + at - piece.at + (end ? 1 : 0), piece.source.end);
  }
}

/** Every `.Values.a.b` and `$.Values.a.b`, also inside parentheses. */
function referencesOf(file: SourceFile, nodes: readonly TemplateNode[]): readonly ValueReference[] {
  const found: ValueReference[] = [];
  const inPipeline = ({ commands }: Pipeline): void => {
    for (const operand of commands.flat()) inOperand(operand);
  };
  const inOperand = (operand: Operand): void => {
    if (operand.kind === 'group') inPipeline(operand.pipeline);
    if (operand.kind !== 'field') return;
    const [head, ...path] = operand.path;
    if (head === 'Values') found.push({ file, range: { start: operand.start, end: operand.end }, path });
  };
  const visit = (list: readonly TemplateNode[]): void => {
    for (const node of list) {
      if ('pipeline' in node && node.pipeline) inPipeline(node.pipeline);
      if ('body' in node) visit(node.body);
      if ('otherwise' in node) visit(node.otherwise);
    }
  };
  visit(nodes);
  return found;
}
