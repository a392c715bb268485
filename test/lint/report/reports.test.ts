import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { type FormatName, formats } from '../../../src/lint/report/formats.ts';
import { lintFiles } from '../../support/lint-files.ts';

const files = {
  Dockerfile: 'FROM python:3.14\nADD app.py /app/\n',
  'k8s/broken & "odd".yaml': 'apiVersion: v1\nkind: Service\nspec: [1\n',
  '.github/workflows/ci.yml':
    'on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v5\n',
};

const plain = (text: string) => text;
const style = { paint: { bold: plain, dim: plain, red: plain, yellow: plain, blue: plain, cyan: plain }, links: false };

async function report(format: FormatName, from: Readonly<Record<string, string>> = files): Promise<string> {
  const result = await lintFiles(from);
  const wanted = /copy-not-add|parses|pinned/;
  const findings = result.findings.filter((finding) => wanted.test(finding.rule));
  return (await formats[format]())({ ...result, findings, known: 0, stale: 0, fixed: 0, version: '1.2.3' }, style);
}

describe('reports', () => {
  it('pretty shows the code, the range and the remedy', async () => {
    expect(await report('pretty', { Dockerfile: files.Dockerfile })).toBe(`Dockerfile

  2:1 warning ADD app.py does what COPY does  dockerfile/copy-not-add
  2 | ADD app.py /app/
    | ^^^^^^^^^^^^^^^^
    = Write COPY. (--fix does it)

1 warning  1 file · 1 fixable with --fix
`);
  });

  it('json keeps the public contract', async () => {
    const { findings, summary } = JSON.parse(await report('json'));
    expect(Object.keys(findings[0])).toEqual([
      ...[
        'rule',
        'severity',
        'message',
        'remedy',
        'file',
        'line',
        'column',
        'endLine',
        'endColumn',
        'related',
        'fixable',
        'url',
        'fingerprint',
      ],
    ]);
    expect(
      findings.map(
        (finding: { file: string; line: number; rule: string }) => `${finding.file}:${finding.line} ${finding.rule}`,
      ),
    ).toEqual([
      '.github/workflows/ci.yml:6 pipeline/actions-pinned-by-sha',
      'Dockerfile:2 dockerfile/copy-not-add',
      'k8s/broken & "odd".yaml:3 kubernetes/parses',
    ]);
    expect(summary).toMatchObject({ files: 3, errors: 1, warnings: 2, infos: 0, fixable: 1 });
  });

  it('sarif is valid', async () => {
    const ajv = new Ajv({ strict: false, unicodeRegExp: false });
    addFormats.default(ajv);
    const schema = JSON.parse(
      readFileSync(new URL('../../fixtures/sarif/sarif-schema-2.1.0.json', import.meta.url), 'utf8'),
    );
    const validate = ajv.compile(schema);
    for (const given of [files, {}]) {
      validate(JSON.parse(await report('sarif', given)));
      expect(validate.errors).toBeNull();
    }
  });

  it('sarif carries fixes and fingerprints', async () => {
    const { runs } = JSON.parse(await report('sarif', { Dockerfile: files.Dockerfile }));
    expect(runs[0].results).toMatchObject([
      {
        ruleId: 'dockerfile/copy-not-add',
        level: 'warning',
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'Dockerfile' },
              region: { startLine: 2, startColumn: 1, endLine: 2, endColumn: 17 },
            },
          },
        ],
        partialFingerprints: { 'msvcFinding/v1': expect.stringMatching(/^[0-9a-f]{16}$/) },
        fixes: [
          {
            artifactChanges: [
              {
                replacements: [
                  {
                    deletedRegion: { startLine: 2, startColumn: 1, endLine: 2, endColumn: 4 },
                    insertedContent: { text: 'COPY' },
                  },
                ],
              },
            ],
          },
        ],
      },
    ]);
  });

  it('junit escapes what XML needs escaped', async () => {
    const text = await report('junit');
    expect(text).toContain(
      '<testsuite name="k8s/broken &amp; &quot;odd&quot;.yaml" tests="1" failures="1" errors="0">',
    );
    expect(text).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<testsuites name="msvc lint" tests="3" failures="3" errors="0">/,
    );
  });

  it('github writes workflow commands', async () => {
    expect(await report('github', { Dockerfile: files.Dockerfile })).toBe(
      '::warning file=Dockerfile,line=2,endLine=2,col=1,endColumn=17,title=dockerfile/copy-not-add::ADD app.py does what COPY does. Write COPY.\n',
    );
  });

  it('gitlab writes a code quality report', async () => {
    const [issue] = JSON.parse(await report('gitlab', { Dockerfile: files.Dockerfile }));
    expect(issue).toMatchObject({
      check_name: 'dockerfile/copy-not-add',
      severity: 'minor',
      location: { path: 'Dockerfile', positions: { begin: { line: 2, column: 1 }, end: { line: 2, column: 17 } } },
    });
  });

  it('markdown escapes what a table needs escaped', async () => {
    expect(await report('markdown', { Dockerfile: 'FROM a:1\nADD a|b /c\n' })).toContain(
      'ADD a\\|b does what COPY does',
    );
  });

  it('html escapes what it shows and loads nothing', async () => {
    const text = await report('html', { Dockerfile: 'FROM a:1\nADD <script>alert(1)</script> /c\n' });
    expect(text).not.toContain('<script>alert');
    expect(text).toContain("default-src 'none'");
    expect(text).not.toMatch(/(?:src|href)="(?!https:\/\/github\.com\/create-microservice)/);
  });

  it.each(Object.keys(formats) as FormatName[])('%s says the same twice', async (format) => {
    expect(await report(format)).toBe(await report(format));
  });
});
