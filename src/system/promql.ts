/** A metric that a PromQL expression asks for, with its place in the text. */
export interface MetricName {
  readonly name: string;
  readonly offset: number;
}

const KEYWORDS = new Set([
  'and',
  'or',
  'unless',
  'bool',
  'offset',
  'inf',
  'nan',
  'start',
  'end',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'atan2',
]);
const LABEL_LISTS = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);

/**
 * The metrics that a PromQL expression names; functions, labels, durations and what a template fills in are none.
 *
 * @see https://prometheus.io/docs/prometheus/latest/querying/basics/
 */
export function metricNames(expression: string): readonly MetricName[] {
  const found: MetricName[] = [];
  let afterLabelKeyword = false;
  const token =
    /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|#[^\n]*|\{\{[\s\S]*?\}\}|\{|\[[^\]]*\]|\(|\$\{?\w+\}?[\w:]*|\d[\w.]*|[A-Za-z_:][\w:$]*|\S/g;
  for (let match = token.exec(expression); match !== null; match = token.exec(expression)) {
    const [text] = match;
    if (text === '{') {
      token.lastIndex = endOfMatchers(expression, token.lastIndex);
    } else if (text === '(' && afterLabelKeyword) {
      const end = expression.indexOf(')', token.lastIndex);
      token.lastIndex = end < 0 ? expression.length : end + 1;
    } else if (/^[A-Za-z_:]/.test(text)) {
      const keyword = text.toLowerCase();
      const isCall = /^\s*\(/.test(expression.slice(token.lastIndex));
      const aggregates = /^\s*(by|without)\s*\(/i.test(expression.slice(token.lastIndex));
      if (!KEYWORDS.has(keyword) && !isCall && !aggregates && !text.includes('$'))
        found.push({ name: text, offset: match.index });
      afterLabelKeyword = LABEL_LISTS.has(keyword);
      continue;
    }
    afterLabelKeyword = false;
  }
  return found;
}

/** Where `{…}` ends; braces inside of strings do not count. */
function endOfMatchers(expression: string, from: number): number {
  const part = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|\}/g;
  part.lastIndex = from;
  for (let match = part.exec(expression); match !== null; match = part.exec(expression))
    if (match[0] === '}') return part.lastIndex;
  return expression.length;
}
