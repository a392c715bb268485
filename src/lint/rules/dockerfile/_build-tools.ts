import type { Dockerfile } from '../../../artifacts/dockerfile/dockerfile.ts';
import {
  packageCommand,
  type RunCommand,
  runCommands,
  shippedInstructions,
} from '../../../artifacts/dockerfile/run.ts';
import { operands } from '../../../artifacts/shell/arguments.ts';
import type { Location } from '../../../artifacts/source-file.ts';

const tools =
  /^(?:build-essential|build-base|gcc|g\+\+|clang|make|cmake|musl-dev|libc6-dev|python3?-dev|cargo|rust|go|golang)$/;

/** The compilers and headers that a package manager puts into the final image and the same RUN does not remove. */
export function* installedBuildTools(dockerfile: Dockerfile): Generator<Location & { readonly name: string }> {
  for (const run of runCommands(dockerfile, shippedInstructions(dockerfile))) {
    const found = packageCommand(run, ['apt-get', 'apt'], ['install']) ?? packageCommand(run, ['apk'], ['add']);
    if (found === undefined || removes(run)) continue;
    for (const { value, range } of operands(found.rest, ['-t', '--virtual', '-o', '-X'])) {
      const name = value?.replace(/[=~<>].*$/, '') ?? '';
      if (tools.test(name)) yield { file: run.file, range, name };
    }
  }
}

function removes({ script }: RunCommand): boolean {
  return /\bapk\s+del\b|\b(?:purge|autoremove|remove)\b/.test(script.text);
}
