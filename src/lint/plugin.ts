/**
 * What a plugin imports: the same functions and types that the built-in rules use.
 *
 * @example
 * import { defineRule } from 'create-microservice/lint';
 * export const ourRegistry = defineRule({ id: 'dockerfile/our-registry', … });
 */
export type { ComposeProject, ComposeService } from '../artifacts/compose/compose.ts';
export type { Dockerfile, Instruction, Stage, Word } from '../artifacts/dockerfile/dockerfile.ts';
export type { Environment, KubeObject } from '../artifacts/kubernetes/environment.ts';
export type { Pipeline } from '../artifacts/pipeline/pipeline.ts';
export type { Repository } from '../artifacts/repository.ts';
export type { Location, SourceFile, TextRange } from '../artifacts/source-file.ts';
export { ListNode, MapNode, ScalarNode, type YamlNode } from '../artifacts/yaml/node.ts';
export { insertAfter, insertBefore, insertLinesAfter, insertLinesBefore, removeLines, replace } from './edit.ts';
export type { Finding } from './finding.ts';
export { defineRule, type Rule } from './rule.ts';
export { checkExamples, runRule } from './rule-tester.ts';
export { appendItem, removeItem, removeKey, setPath } from './yaml-edit.ts';
