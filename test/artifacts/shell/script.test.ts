import { describe, expect, it } from 'vitest';
import { flagValue, hasFlag, operands, unwrap } from '../../../src/artifacts/shell/arguments.ts';
import { alignedWith, shiftedBy } from '../../../src/artifacts/shell/offset-map.ts';
import { maskTemplates, ShellScript, unfoldDockerfile } from '../../../src/artifacts/shell/script.ts';
import { SourceFile } from '../../../src/artifacts/source-file.ts';

function script(text: string): ShellScript {
  return new ShellScript(new SourceFile('run.sh', text), text);
}

describe('commands', () => {
  it('are flattened with what joins them', () => {
    const commands = script('cd /app && pip install -r r.txt | tee log; if test -f x; then rm "$x"; fi').commands;
    expect(commands.map(({ name, joint, condition }) => [name, joint, condition])).toEqual([
      ['cd', undefined, false],
      ['pip', '&&', false],
      ['tee', '|', false],
      ['test', undefined, true],
      ['rm', undefined, false],
    ]);
    expect(commands[1]?.pipeline).toMatchObject({ index: 0, length: 2 });
    expect(commands[0]?.chain).toBe(commands[2]?.chain);
  });

  it('leave a value unknown that depends on an expansion', () => {
    const [command] = script('uvicorn app:app --port $PORT --host "0.0.0.0" --root-path=/x').commands;
    const args = command?.args ?? [];
    expect(flagValue(args, '--port')).toMatchObject({ value: undefined, text: '$PORT' });
    expect(flagValue(args, '--host')).toMatchObject({ value: '0.0.0.0' });
    expect(flagValue(args, '--root-path')).toMatchObject({ value: '/x' });
    expect(operands(args, ['--port', '--host']).map((word) => word.text)).toEqual(['app:app']);
  });

  it('are found inside substitutions and functions', () => {
    const commands = script('f() { echo $(date); }; f').commands;
    expect(commands.map(({ name, substituted, inFunction }) => [name, substituted, inFunction])).toEqual([
      ['echo', false, true],
      ['date', true, true],
      ['f', false, false],
    ]);
  });

  it('keep assignments and redirects', () => {
    const [command] = script('A=1 B=$x cmd > /dev/null 2>&1').commands;
    expect(command?.assignments.map(({ name, value }) => [name, value])).toEqual([
      ['A', '1'],
      ['B', undefined],
    ]);
    expect(command?.redirects.map(({ operator, target }) => [operator, target])).toEqual([
      ['>', '/dev/null'],
      ['>&', '1'],
    ]);
  });

  it('report what does not parse and go on', () => {
    expect(script('if true; then echo').problems.length).toBeGreaterThan(0);
    expect(script('echo fine').problems).toEqual([]);
  });
});

describe('flags', () => {
  it('are seen among bundled short ones, not after --', () => {
    const args = (text: string) => script(`x ${text}`).commands[0]?.args ?? [];
    expect(hasFlag(args('-qy'), '-y')).toBe(true);
    expect(hasFlag(args('-- -y'), '-y')).toBe(false);
    expect(hasFlag(args('--yes=1'), '--yes')).toBe(true);
  });
});

describe('unwrap', () => {
  it.each([
    ['exec uvicorn a:b', 'uvicorn'],
    ['env A=1 uv run --no-sync gunicorn a:b', 'gunicorn'],
    ['tini -- python -m app', 'python'],
    ['sudo -u app opentelemetry-instrument uvicorn a:b', 'uvicorn'],
    ['poetry run uvicorn a:b', 'uvicorn'],
    ['uv sync --frozen', 'uv'],
    ['timeout 10 curl x', 'curl'],
  ])('%s → %s', (text, program) => {
    expect(unwrap(script(text).commands[0]?.words ?? [])[0]?.value).toBe(program);
  });
});

describe('positions', () => {
  it('hold in a Dockerfile with comments between continued lines', () => {
    const raw = 'apt-get update \\\n  # why\n\n  && rm -rf x';
    const text = `FROM a\nRUN ${raw}\n`;
    const file = new SourceFile('Dockerfile', text);
    const found = new ShellScript(file, unfoldDockerfile(raw), shiftedBy(11)).commands;
    expect(found.map(({ range }) => file.slice(range))).toEqual(['apt-get update', 'rm -rf x']);
  });

  it.each([
    ['run: |\n    echo a\n    if x; then\n      rm b\n    fi\n', 5, 'echo a\nif x; then\n  rm b\nfi\n'],
    ['run: >-\n    echo a\n    && rm b\n', 5, 'echo a && rm b'],
    ["run: 'it''s; rm b'\n", 5, "it's; rm b"],
    ['run: "a\\tb; rm b"\n', 5, 'a\tb; rm b'],
    ['run: echo a;\n  rm b\n', 5, 'echo a; rm b'],
  ])('hold in the YAML scalar %j', (source, start, value) => {
    const map = alignedWith(value, source, { start, end: source.length });
    const at = map.toFile(value.indexOf('rm b'));
    expect(source.slice(at, at + 4)).toBe('rm b');
  });

  it('hold where a template is masked', () => {
    const text = 'echo ${{ github.ref }} && rm b';
    expect(maskTemplates(text)).toHaveLength(text.length);
    expect(script(maskTemplates(text)).commands.map(({ name }) => name)).toEqual(['echo', 'rm']);
  });
});
