import { alignedWith } from '../shell/offset-map.ts';
import { maskTemplates, ShellScript } from '../shell/script.ts';
import type { ScalarNode } from './node.ts';

/** The shell script that a YAML scalar holds, its places those of the YAML file; template expressions are masked. */
export function scriptOf(node: ScalarNode): ShellScript {
  const text = maskTemplates(node.source);
  return new ShellScript(node.file, text, alignedWith(node.source, node.file.text, node.range));
}
