import type { PythonProject } from '../../../artifacts/python/project.ts';
import type { Expression } from '../../../artifacts/python/syntax.ts';
import type { Setting } from '../../../system/settings.ts';

/** The annotation of a settings class's field; undefined for what is read otherwise. */
export function annotationOf(project: PythonProject, setting: Setting): Expression | undefined {
  const module = setting.field ? project.repository.module(setting.file.path) : undefined;
  for (const { statement } of module?.statements ?? [])
    if (statement.kind === 'assign' && statement.targets[0]?.range.start === setting.range.start)
      return statement.annotation;
  return undefined;
}

/** The type under `Annotated[…]`, `Optional[…]` and `… | None`. */
export function bareType(annotation: Expression): Expression {
  if (annotation.kind === 'binary' && annotation.operator === '|') {
    if (isNone(annotation.right)) return bareType(annotation.left);
    if (isNone(annotation.left)) return bareType(annotation.right);
  }
  if (annotation.kind === 'subscript') {
    const name =
      annotation.object.kind === 'name' || annotation.object.kind === 'attribute' ? annotation.object.name : '';
    const [first] = annotation.items;
    if (first && (name === 'Annotated' || name === 'Optional')) return bareType(first);
  }
  return annotation;
}

function isNone(expression: Expression): boolean {
  return expression.kind === 'constant' && expression.value === null;
}
