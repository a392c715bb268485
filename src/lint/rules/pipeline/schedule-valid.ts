import { defineRule } from '../../rule.ts';

interface Field {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  readonly words?: readonly string[];
}

const fields: readonly Field[] = [
  { name: 'minute', least: 0, most: 59 },
  { name: 'hour', least: 0, most: 23 },
  { name: 'day', least: 1, most: 31 },
  {
    name: 'month',
    least: 1,
    most: 12,
    words: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  },
  { name: 'weekday', least: 0, most: 7, words: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

export const scheduleValid = defineRule({
  id: 'pipeline/schedule-valid',
  summary: 'A schedule can be read, and is not more often than every five minutes',
  severity: 'error',
  preset: 'recommended',
  peers: ['actionlint:events'],
  why: 'A workflow whose cron line cannot be read never runs by schedule. GitHub starts scheduled runs at most every five minutes; what is asked for more often is left out.',
  source: 'https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule',
  messages: {
    count: { text: 'The schedule has {count} fields', remedy: 'Give minute, hour, day, month and weekday.' },
    field: { text: '{text} is no {field}', remedy: 'Write numbers from {least} to {most}, with *, -, / and commas.' },
    often: {
      text: 'The schedule is more often than every five minutes',
      remedy: 'Leave at least five minutes between two runs.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          on:
            schedule:
              - cron: '0 3 * *'
              - cron: '0 24 * * *'
              - cron: '*/2 * * * *'
          jobs:
            test:
              runs-on: ubuntu-24.04
              steps:
                - run: make test
        `,
        at: [3, 4, 5],
      },
    ],
    good: [
      `
        on:
          schedule:
            - cron: '17 3 * * MON-FRI'
            - cron: '*/15 8-18/2 1,15 JAN *'
        jobs:
          test:
            runs-on: ubuntu-24.04
            steps:
              - run: make test
      `,
    ],
  },
  check(pipeline, { report }) {
    if (pipeline.kind !== 'github-workflow') return;
    for (const item of pipeline.triggers.get('schedule')?.list() ?? []) {
      const cron = item.get('cron');
      const text = cron?.string();
      if (!cron || text === undefined) continue;
      const parts = text.trim().split(/\s+/);
      if (parts.length !== fields.length) {
        report('count', cron, { count: parts.length });
        continue;
      }
      const wrong = fields.find((field, index) => values(parts[index] ?? '', field) === undefined);
      if (wrong) {
        const { name, least, most } = wrong;
        report('field', cron, { text: parts[fields.indexOf(wrong)] ?? '', field: name, least, most });
      } else if (fields[0] && isOften(values(parts[0] ?? '', fields[0]) ?? [])) report('often', cron);
    }
  },
});

/** The numbers that a field stands for; undefined where it cannot be read. */
function values(text: string, { least, most, words }: Field): readonly number[] | undefined {
  const found = new Set<number>();
  const number = (part: string): number => {
    const word = words?.indexOf(part.toLowerCase()) ?? -1;
    return word >= 0 ? word + least : /^\d+$/.test(part) ? Number(part) : Number.NaN;
  };
  for (const part of text.split(',')) {
    const [range = '', step, ...rest] = part.split('/');
    const [from = '', to, ...more] = range.split('-');
    const first = range === '*' ? least : number(from);
    const last =
      range === '*' || (step !== undefined && to === undefined) ? most : to === undefined ? first : number(to);
    const by = step === undefined ? 1 : /^\d+$/.test(step) ? Number(step) : Number.NaN;
    const right = first >= least && last <= most && first <= last && by >= 1 && rest.length === 0 && more.length === 0;
    if (!right) return undefined;
    for (let value = first; value <= last; value += by) found.add(value);
  }
  return [...found].sort((left, right) => left - right);
}

function isOften(minutes: readonly number[]): boolean {
  return minutes.some((minute, index) => index > 0 && minute - (minutes[index - 1] ?? 0) < 5);
}
