import { endOfLife } from '../../../artifacts/lifetimes.ts';
import { parseClauses } from '../../../artifacts/python/requirement.ts';
import { defineRule } from '../../rule.ts';

export const supportedPython = defineRule({
  id: 'python/supported-python',
  summary: 'Only Python versions that still get security fixes are allowed',
  severity: 'warning',
  preset: 'recommended',
  peers: [],
  why: 'A Python version gets security fixes for five years. A service that is pinned below a supported version stays open to what is found afterwards, and its dependencies drop the version one by one.',
  source: 'https://devguide.python.org/versions/',
  messages: {
    ended: {
      text: 'Only Python {version} or older is allowed, which gets no security fixes any more',
      remedy: 'Allow a version that is still supported.',
    },
  },
  examples: {
    bad: [
      {
        files: { 'pyproject.toml': '[project]\nname = "orders"\nrequires-python = ">=3.7,<3.9"\n' },
        at: ['pyproject.toml:3'],
      },
      {
        files: { 'pyproject.toml': '[project]\nname = "orders"\nrequires-python = "==3.8.*"\n' },
        at: ['pyproject.toml:3'],
      },
      { files: { 'requirements.txt': 'flask==3.0.0\n', '.python-version': '3.8.10\n' }, at: ['.python-version:1'] },
    ],
    good: [
      { files: { 'pyproject.toml': '[project]\nname = "orders"\nrequires-python = ">=3.9"\n' } },
      { files: { 'pyproject.toml': '[project]\nname = "orders"\nrequires-python = "^3.12"\n' } },
    ],
  },
  check(project, { report }) {
    const required = project.requiresPython;
    const highest = required ? highestMinor(required.text) : undefined;
    if (required && highest !== undefined && endOfLife('python', `3.${highest}`) !== undefined)
      report('ended', required, { version: `3.${highest}` });
    const file = project.file('.python-version');
    const match = file ? /^\s*(?:cpython-)?3\.(\d+)/.exec(file.text) : null;
    if (file && match && endOfLife('python', `3.${match[1]}`) !== undefined) {
      report(
        'ended',
        { file, range: { start: match[0].length - match[0].trimStart().length, end: match[0].length } },
        { version: `3.${match[1]}` },
      );
    }
  },
});

/** The newest minor version of Python 3 that a specifier lets in; undefined when there is no end. */
function highestMinor(specifier: string): number | undefined {
  for (const { operator, version } of parseClauses(specifier)) {
    const [major, minor] = version.split('.');
    if (major !== '3' || minor === undefined || !/^\d+$/.test(minor)) continue;
    const patch = version.split('.').length > 2 && !version.endsWith('.0') && !version.endsWith('.*');
    if (operator === '<') return Number(minor) - (patch ? 0 : 1);
    if (operator === '<=' || operator === '==' || operator === '===') return Number(minor);
    if (operator === '~=' && version.split('.').length > 2) return Number(minor);
  }
  return undefined;
}
