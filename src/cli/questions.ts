import { availableValues } from '../render/availability.ts';
import type { Pack } from '../render/feature.ts';
import { refusals } from '../spec/combinations.ts';
import { nameProblem, suggestName } from '../spec/names.ts';
import { OPTIONS, type Option, type OptionName } from '../spec/options.ts';
import { resolveSpec } from '../spec/resolve.ts';
import { BACK, type Prompt } from './context.ts';
import { type Choices, specOf } from './desired.ts';

/** What is known of the new workspace so far. */
export interface Answers {
  readonly name?: string;
  readonly choices: Choices;
}

/**
 * Asks what the flags did not say, in the order of the options. Going back asks the question before again; what was
 * answered after it stands as the default there, unless it no longer goes together with what was changed.
 *
 * @param prompt asks
 * @param pack decides what can be chosen; what has one choice is not asked
 * @param given what the flags said, which is not asked
 */
export async function askQuestions(
  prompt: Prompt,
  pack: Pack,
  given: Answers,
): Promise<{ readonly name: string; readonly choices: Choices }> {
  const asked: readonly ('name' | OptionName)[] = [
    ...(given.name === undefined ? (['name'] as const) : []),
    ...OPTIONS.map(({ name }) => name).filter((name) => given.choices[name] === undefined),
  ];
  let answers: Answers = given;
  const history: number[] = [];
  for (let index = 0; index < asked.length; ) {
    const question = asked[index];
    if (question === undefined) break;
    const answer =
      question === 'name' ? await askName(prompt, answers) : await askOption(prompt, pack, question, answers, given);
    if (answer === BACK) {
      index = history.pop() ?? index;
      continue;
    }
    if (answer.asked) history.push(index);
    answers = answer.answers;
    index += 1;
  }
  return { name: answers.name ?? '', choices: answers.choices };
}

type Answered = { readonly asked: boolean; readonly answers: Answers } | typeof BACK;

async function askName(prompt: Prompt, answers: Answers): Promise<Answered> {
  const name = await prompt.input({
    message: 'Name of the service',
    ...(answers.name === undefined ? {} : { default: answers.name }),
    validate: (value) => {
      const problem = nameProblem(value);
      return problem === undefined ? true : `${problem}; ${suggestName(value)} works`;
    },
  });
  return name === BACK ? BACK : { asked: true, answers: { ...answers, name } };
}

async function askOption(
  prompt: Prompt,
  pack: Pack,
  name: OptionName,
  answers: Answers,
  given: Answers,
): Promise<Answered> {
  const option = OPTIONS.find((candidate) => candidate.name === name) as Option | undefined;
  if (option === undefined) throw new Error(`no option is called ${name}`);
  const values = fittingValues(option, pack, answers, given);
  const previous = answers.choices[name];
  const initial = values.includes(String(previous)) ? String(previous) : defaultAmong(option, values);
  const put = (value: string | readonly string[], asked: boolean): Answered => ({
    asked,
    answers: { ...answers, choices: { ...answers.choices, [name]: value } },
  });
  if (values.length < 2) return put(initial, false);
  const message = `${option.description.charAt(0).toUpperCase()}${option.description.slice(1)}`;
  if (option.many === true) {
    const before = previous === undefined ? [option.default] : [previous].flat();
    const choices = values.filter((value) => value !== option.neutral).map((value) => ({ value }));
    const chosen = await prompt.checkbox({
      message,
      choices,
      default: before.filter((value) => values.includes(value)),
    });
    if (chosen === BACK) return BACK;
    return put(chosen.length > 0 ? chosen : [option.neutral ?? option.default], true);
  }
  const chosen = await prompt.select({ message, choices: values.map((value) => ({ value })), default: initial });
  return chosen === BACK ? BACK : put(chosen, true);
}

/** The values that go together with what was answered before; answers still to come count as their defaults. */
function fittingValues(option: Option, pack: Pack, answers: Answers, given: Answers): readonly string[] {
  const position = OPTIONS.findIndex(({ name }) => name === option.name);
  const earlier = Object.fromEntries(
    OPTIONS.filter(({ name }, index) => index < position || given.choices[name] !== undefined).flatMap(({ name }) => {
      const value = answers.choices[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  const known = refusalsOf(answers, earlier);
  return availableValues(option, pack).filter(
    (value) => refusalsOf(answers, { ...earlier, [option.name]: value }) <= known,
  );
}

function refusalsOf(answers: Answers, choices: Choices): number {
  return refusals(resolveSpec(specOf(answers.name ?? 'service', undefined, choices))).length;
}

function defaultAmong(option: Option, values: readonly string[]): string {
  if (values.includes(option.default)) return option.default;
  return values[0] ?? option.neutral ?? option.default;
}
