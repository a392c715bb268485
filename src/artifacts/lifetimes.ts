/**
 * When releases get their last security fix (for Debian: the end of its long-term support).
 *
 * From products/python.md, debian.md and alpine-linux.md of
 * https://github.com/endoflife-date/endoflife.date/tree/a70eca337600e7d721dc48112c271f98661d208b
 */
const ends = {
  python: {
    '2.7': '2020-01-01',
    '3.0': '2009-06-27',
    '3.1': '2012-04-09',
    '3.2': '2016-02-20',
    '3.3': '2017-09-29',
    '3.4': '2019-03-18',
    '3.5': '2020-09-30',
    '3.6': '2021-12-23',
    '3.7': '2023-06-27',
    '3.8': '2024-10-07',
    '3.9': '2025-10-31',
    '3.10': '2026-10-31',
    '3.11': '2027-10-31',
    '3.12': '2028-10-31',
    '3.13': '2029-10-31',
    '3.14': '2030-10-31',
  },
  debian: {
    '7': '2018-05-31',
    '8': '2020-06-30',
    '9': '2022-07-01',
    '10': '2024-06-30',
    '11': '2026-08-31',
    '12': '2028-06-30',
    '13': '2030-06-30',
  },
  alpine: {
    '3.5': '2018-11-01',
    '3.6': '2019-05-01',
    '3.7': '2019-11-01',
    '3.8': '2020-05-01',
    '3.9': '2020-11-01',
    '3.10': '2021-05-01',
    '3.11': '2021-11-01',
    '3.12': '2022-05-01',
    '3.13': '2022-11-01',
    '3.14': '2023-05-01',
    '3.15': '2023-11-01',
    '3.16': '2024-05-23',
    '3.17': '2024-11-22',
    '3.18': '2025-05-09',
    '3.19': '2025-11-01',
    '3.20': '2026-04-01',
    '3.21': '2026-11-01',
    '3.22': '2027-05-01',
    '3.23': '2027-11-01',
    '3.24': '2028-06-01',
  },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

/** What has a life of its own in an image. */
export type Product = keyof typeof ends;

/** The names of Debian's releases. */
export const debianCodenames: Readonly<Record<string, string>> = {
  wheezy: '7',
  jessie: '8',
  stretch: '9',
  buster: '10',
  bullseye: '11',
  bookworm: '12',
  trixie: '13',
};

/** The day that the table is read on: the same files give the same findings, whenever they are looked at. */
const asOf = '2026-11-24';

/**
 * The day on which a release got its last fix.
 *
 * @param release `3.8`, `11`
 * @returns undefined when it still gets fixes, or is not known
 */
export function endOfLife(product: Product, release: string): string | undefined {
  const days: Readonly<Record<string, string>> = ends[product];
  const end = Object.hasOwn(days, release) ? days[release] : undefined;
  return end !== undefined && end < asOf ? end : undefined;
}
