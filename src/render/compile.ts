import Handlebars from 'handlebars';
import type { Template, Versions } from './feature.ts';
import { HELPER_NAMES, helpersFor } from './helpers.ts';
import { inTemplate } from './in-template.ts';

/** An unknown variable or helper is an error; HTML is not escaped. The same for templates compiled here or at build time. */
const COMPILE_OPTIONS = {
  strict: true,
  noEscape: true,
  knownHelpersOnly: true,
  knownHelpers: Object.fromEntries(HELPER_NAMES.map((name) => [name, true])),
};

/**
 * Compiles a template.
 *
 * @param versions read when the template runs, not now
 * @throws UserError with the template's name where its syntax is wrong or an unknown helper is called
 */
export function compileTemplate(source: string, name: string, versions: () => Versions): Template {
  const run = inTemplate(name, () => Handlebars.compile(source, COMPILE_OPTIONS));
  return (context) =>
    inTemplate(name, () =>
      run(context, { helpers: helpersFor(versions()) as Record<string, Handlebars.HelperDelegate> }),
    );
}

/**
 * Compiles a template into the source of a JavaScript object that Handlebars' runtime takes.
 *
 * @throws UserError like {@link compileTemplate}
 */
export function precompileTemplate(source: string, name: string): string {
  return inTemplate(name, () => String(Handlebars.precompile(source, COMPILE_OPTIONS)));
}
