import { BACK, type Prompt } from './context.ts';
import type { Interrupt } from './interrupt.ts';
import { InterruptedError } from './print-error.ts';

/**
 * Asks on the real terminal, by inquirer, which is loaded at the first question. Escape goes back to the question before.
 *
 * @param streams where keys come from, and where questions are drawn: stderr, because stdout is for results
 * @param interrupt Ctrl-C
 */
export function createPrompt(
  streams: { readonly stdin: NodeJS.ReadStream; readonly stderr: NodeJS.WriteStream },
  interrupt: Interrupt,
): Prompt {
  async function ask<Answer>(
    question: (
      inquirer: typeof import('inquirer').default,
      context: { input: NodeJS.ReadStream; output: NodeJS.WriteStream; signal: AbortSignal },
    ) => Promise<Answer>,
  ): Promise<Answer | typeof BACK> {
    const [{ default: inquirer }, { emitKeypressEvents }] = await Promise.all([
      import('inquirer'),
      import('node:readline'),
    ]);
    const { stdin: input, stderr: output } = streams;
    const back = new AbortController();
    const onKey = (_text: string | undefined, key: { name?: string }): void => {
      if (key.name === 'escape') back.abort();
    };
    emitKeypressEvents(input);
    input.on('keypress', onKey);
    try {
      const signal = AbortSignal.any([back.signal, interrupt.signal]);
      return await interrupt.guard(() => question(inquirer, { input, output, signal }));
    } catch (error) {
      if (back.signal.aborted) return BACK;
      if (error instanceof Error && (error.name === 'ExitPromptError' || error.name === 'AbortPromptError')) {
        throw new InterruptedError();
      }
      throw error;
    } finally {
      input.off('keypress', onKey);
    }
  }

  const choicesOf = (choices: readonly { readonly value: string; readonly description?: string }[]) =>
    choices.map(({ value, description }) => ({
      name: value,
      value,
      ...(description === undefined ? {} : { description }),
    }));

  return {
    input: ({ message, default: initial, validate }) =>
      ask(async (inquirer, context) => {
        const prompt = inquirer.createPromptModule(context);
        const question = { type: 'input' as const, name: 'answer', message, validate };
        return (
          await prompt<{ answer: string }>([initial === undefined ? question : { ...question, default: initial }])
        ).answer;
      }),
    select: ({ message, choices, default: initial }) =>
      ask(async (inquirer, context) => {
        const prompt = inquirer.createPromptModule(context);
        const question = {
          type: 'select' as const,
          name: 'answer',
          message,
          choices: choicesOf(choices),
          default: initial,
        };
        return (await prompt<{ answer: string }>([question])).answer;
      }),
    checkbox: ({ message, choices, default: initial }) =>
      ask(async (inquirer, context) => {
        const prompt = inquirer.createPromptModule(context);
        const items = choicesOf(choices).map((choice) => ({ ...choice, checked: initial.includes(choice.value) }));
        const question = { type: 'checkbox' as const, name: 'answer', message, choices: items };
        return (await prompt<{ answer: string[] }>([question])).answer;
      }),
    confirm: ({ message, default: initial }) =>
      ask(async (inquirer, context) => {
        const prompt = inquirer.createPromptModule(context);
        const question = { type: 'confirm' as const, name: 'answer', message, default: initial };
        return (await prompt<{ answer: boolean }>([question])).answer;
      }),
  };
}
