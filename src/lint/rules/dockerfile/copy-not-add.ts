import { replace } from '../../edit.ts';
import { defineRule } from '../../rule.ts';

export const copyNotAdd = defineRule({
  id: 'dockerfile/copy-not-add',
  summary: 'Plain files are copied with COPY, not ADD',
  severity: 'warning',
  preset: 'recommended',
  peers: ['hadolint:DL3020', 'trivy:DS-0005', 'checkov:CKV_DOCKER_4'],
  why: 'ADD also unpacks archives and fetches URLs, so a reader cannot tell what ends up in the image from the line alone, and a file that one day happens to be an archive is silently unpacked. COPY only copies.',
  source: 'https://docs.docker.com/build/building/best-practices/#add-or-copy',
  messages: {
    add: { text: 'ADD {source} does what COPY does', remedy: 'Write COPY.' },
  },
  examples: {
    bad: [
      {
        files: `
          FROM python:3.14-alpine
          ADD app.py /app/
        `,
        at: [2],
        fixed: `
          FROM python:3.14-alpine
          COPY app.py /app/
        `,
      },
    ],
    good: [
      `
        FROM python:3.14-alpine
        COPY app.py /app/
      `,
      {
        files: `
          FROM python:3.14-alpine
          ADD rootfs.tar.gz /
          ADD --checksum=sha256:24454f830cdb571e2c4ad15481119c43b3cafd48dd869a9b2945d1036d1dc68d https://example.com/a.bin /a.bin
        `,
        note: 'Unpacking an archive and fetching a URL are what ADD is for.',
      },
    ],
  },
  check(dockerfile, { report }) {
    for (const instruction of dockerfile.instructions) {
      if (instruction.keyword !== 'ADD') continue;
      const words = instruction.exec ?? instruction.words;
      const sources = words.slice(0, -1).map((word) => dockerfile.expand(word.value, instruction));
      if (sources.length === 0 || instruction.heredocs.length > 0) continue;
      if (sources.some((source) => source === undefined || needsAdd(source))) continue;
      const keyword = { file: instruction.file, range: instruction.keywordRange };
      const onlyCopyFlags = instruction.flags.every(
        (flag) => flag.name === 'chown' || flag.name === 'chmod' || flag.name === 'link',
      );
      const source = words[0]?.value ?? '';
      report('add', instruction, { source }, onlyCopyFlags ? { fix: [replace(keyword, 'COPY')] } : {});
    }
  },
});

/** A URL, a git address, an archive, or a pattern that may match one. */
function needsAdd(source: string): boolean {
  return (
    /^[a-z][a-z0-9+.-]*:\/\/|^git@|[*?[]/i.test(source) || /\.(?:tar|t?gz|tgz|bz2|tbz2?|xz|txz|zst)$/i.test(source)
  );
}
