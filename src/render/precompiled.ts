import Handlebars from 'handlebars/runtime';
import type { Template, Versions } from './feature.ts';
import { helpersFor } from './helpers.ts';
import { inTemplate } from './in-template.ts';

/**
 * Turns what {@link precompileTemplate} made into templates, with Handlebars' runtime alone.
 *
 * @param versions what `action`, `image` and `version` look up
 */
export function precompiledTemplates(versions: Versions): (name: string, specification: object) => Template {
  const helpers = helpersFor(versions) as Record<string, Handlebars.HelperDelegate>;
  return (name, specification) => {
    const run = Handlebars.template(specification as TemplateSpecification);
    return (context) => inTemplate(name, () => run(context, { helpers }));
  };
}
