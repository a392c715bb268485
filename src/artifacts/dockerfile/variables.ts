import type { Instruction, Stage } from './dockerfile.ts';

/** What is known about a variable: who declares it, and its value when the file alone decides it. */
interface Lookup {
  readonly value: string | undefined;
  readonly declared: Instruction | undefined;
}

/**
 * Resolves the variables of a text by the ARG and ENV instructions that are in force at an instruction. An ARG's
 * default may be overridden from outside, but it is what the file itself says.
 *
 * @param instructions all instructions of the file up to (or beyond) `at`
 * @returns undefined when a variable's value is not known from the file
 */
export function substitute(
  text: string,
  at: Instruction,
  instructions: readonly Instruction[],
  mark: string,
  depth = 0,
): string | undefined {
  if (!text.includes('$')) return text;
  if (depth > 20) return undefined;
  let unknown = false;
  const pattern = /(\\\$|`\$)|\$(?:(\w+)|\{(\w+)(?:(:?[-+?])((?:[^{}]|\{[^{}]*\})*))?\}|\{)/g;
  const value = text.replace(
    pattern,
    (whole, escaped?: string, bare?: string, braced?: string, operator?: string, word?: string) => {
      if (escaped !== undefined) return escaped.startsWith(mark) ? '$' : whole;
      const name = bare ?? braced;
      const found = name === undefined ? undefined : lookUp(name, at, instructions, mark, depth).value;
      const alternative = (): string | undefined => substitute(word ?? '', at, instructions, mark, depth + 1);
      let result = found;
      if (operator?.endsWith('-') && !found) result = alternative();
      if (operator?.endsWith('+')) result = found ? alternative() : '';
      if (result === undefined) unknown = true;
      return result ?? whole;
    },
  );
  return unknown ? undefined : value;
}

/** Looks a variable up as an instruction sees it. */
export function lookUp(
  name: string,
  at: Instruction,
  instructions: readonly Instruction[],
  mark: string,
  depth = 0,
): Lookup {
  const index = instructions.indexOf(at);
  const before = index < 0 ? instructions : instructions.slice(0, index);
  const globals = before.filter((instruction) => instruction.stage === undefined && instruction.keyword === 'ARG');
  const scope = at.keyword === 'FROM' || at.stage === undefined ? globals : inForce(at.stage, before);
  const declared = scope.findLast((instruction) => assigned(instruction, name) !== undefined);
  if (declared === undefined) return { value: undefined, declared };
  const own = assigned(declared, name)?.value;
  if (own) return { value: substitute(own.value, declared, instructions, mark, depth + 1), declared };
  // `ARG NAME` in a stage takes the default of the global one.
  const global = declared.stage && globals.findLast((instruction) => assigned(instruction, name)?.value !== undefined);
  const inherited = global && assigned(global, name)?.value;
  const value = inherited ? substitute(inherited.value, global, instructions, mark, depth + 1) : undefined;
  return { value, declared };
}

function assigned(instruction: Instruction, name: string) {
  return instruction.assignments.findLast((assignment) => assignment.name === name);
}

/** ARG ends with its stage; ENV goes on into the stages that build on it. */
function inForce(stage: Stage, before: readonly Instruction[]): readonly Instruction[] {
  const chain = new Set<Stage | undefined>();
  for (let at: Stage | undefined = stage; at !== undefined; at = at.parent) chain.add(at);
  return before.filter(({ keyword, stage: own }) =>
    keyword === 'ARG' ? own === stage : keyword === 'ENV' && chain.has(own),
  );
}
