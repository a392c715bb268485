import type { ComposeProject, ComposeService } from '../../../artifacts/compose/compose.ts';
import { type Dockerfile, lineage, type Stage } from '../../../artifacts/dockerfile/dockerfile.ts';
import type { Location } from '../../../artifacts/source-file.ts';
import { ScalarNode } from '../../../artifacts/yaml/node.ts';
import { type Fact, fact, placeOf } from '../../../system/fact.ts';
import type { Related } from '../../rule.ts';

/** The ports that EXPOSE names in a stage and those below it; undefined when one of them is not known. */
export function exposedPorts(dockerfile: Dockerfile, stage: Stage): readonly Fact<number>[] | undefined {
  const found: Fact<number>[] = [];
  for (const instruction of lineage(stage).flatMap((item) => item.instructions)) {
    if (instruction.keyword !== 'EXPOSE') continue;
    for (const word of instruction.words) {
      const match = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp))?$/i.exec(dockerfile.expand(word.value, instruction) ?? '');
      if (!match) return undefined;
      if (match[3]?.toLowerCase() === 'udp') continue;
      const last = Number(match[2] ?? match[1]);
      for (let port = Number(match[1]); port <= Math.min(last, Number(match[1]) + 100); port++)
        found.push(fact(port, word));
    }
  }
  return found;
}

/** The container side of a Compose service's `ports` and `expose`; undefined when one of them is not known. */
export function composeTargets(project: ComposeProject, service: ComposeService): readonly Fact<number>[] | undefined {
  const found: Fact<number>[] = [];
  for (const field of ['ports', 'expose']) {
    for (const item of service.root.list(field)) {
      const text =
        item instanceof ScalarNode ? project.interpolate(item.source) : project.interpolate(item.text('target') ?? '');
      const match = /^(?:[^/]*:)?(\d+)(?:-(\d+))?(\/\w+)?$/.exec(text ?? '');
      if (!match) return undefined;
      if (match[3] === '/udp') continue;
      const where = item instanceof ScalarNode ? item : (item.get('target') ?? item);
      for (let port = Number(match[1]); port <= Number(match[2] ?? match[1]) && found.length < 200; port++)
        found.push(fact(port, where));
    }
  }
  return found;
}

/** The second place of a finding, with what it says. */
export function says(place: Location, message: string): Related {
  return { file: place.file, range: place.range, message };
}

/** `8000 (app/main.py:3)`. */
export function withPlace(value: string | number, place: Location): string {
  return `${value} (${placeOf(place)})`;
}
