import Handlebars from 'handlebars';
import type { Template, Versions } from './feature.ts';
import { HELPER_NAMES, helpersFor } from './helpers.ts';
import { inTemplate } from './in-template.ts';

/** An unknown variable or helper is an error; HTML is not escaped. The same for templates compiled here or at build time. */
const COMPILE_OPTIONS = {
  strict: true,
  noEscape: true,
  knownHelpersOnly: true,
  // `log` would print.
  knownHelpers: { ...Object.fromEntries(HELPER_NAMES.map((name) => [name, true])), log: false },
};

/**
 * Compiles a template.
 *
 * @param versions read when the template runs, not now
 * @throws UserError with the template's name where its syntax is wrong or an unknown helper is called
 */
export function compileTemplate(source: string, name: string, versions: () => Versions): Template {
  const run = inTemplate(name, () => Handlebars.compile(parseTemplate(source), COMPILE_OPTIONS));
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
  return inTemplate(name, () => String(Handlebars.precompile(parseTemplate(source), COMPILE_OPTIONS)));
}

/** Partials are how a template could call itself, without an end; slots are how features share text. */
class PartialFinder extends Handlebars.Visitor {
  override PartialStatement(node: hbs.AST.PartialStatement): void {
    refusePartial(node);
  }
  override PartialBlockStatement(node: hbs.AST.PartialBlockStatement): void {
    refusePartial(node);
  }
  override Decorator(node: hbs.AST.Decorator): void {
    refusePartial(node);
  }
  override DecoratorBlock(node: hbs.AST.DecoratorBlock): void {
    refusePartial(node);
  }
}

function refusePartial({ loc }: hbs.AST.Node): never {
  throw new Error(`line ${loc.start.line}: partials and decorators are not known here; offer a slot instead`);
}

function parseTemplate(source: string): hbs.AST.Program {
  const program = Handlebars.parse(source);
  new PartialFinder().accept(program);
  return program;
}
