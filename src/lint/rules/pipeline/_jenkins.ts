import { nestedCalls } from '../../../artifacts/pipeline/jenkins.ts';
import type { JenkinsCall, JenkinsPipeline } from '../../../artifacts/pipeline/pipeline.ts';

/** The `pipeline` block of a declarative Jenkinsfile. */
export function pipelineBlock(pipeline: JenkinsPipeline): JenkinsCall | undefined {
  return pipeline.calls.find((call) => call.name === 'pipeline' && call.hasBody);
}

/** A block of that name directly inside another. */
export function block(owner: JenkinsCall, name: string): JenkinsCall | undefined {
  return owner.body.find((call) => call.name === name);
}

/** Whether a call of one of these names stands anywhere in the file. */
export function calls(pipeline: JenkinsPipeline, ...names: readonly string[]): boolean {
  for (const call of nestedCalls(pipeline.calls)) if (names.includes(call.name)) return true;
  return false;
}

/** Whether an `agent` section takes an executor. */
export function takesExecutor(agent: JenkinsCall | undefined): boolean {
  return agent !== undefined && (agent.hasBody || (agent.args[0] !== undefined && agent.args[0].text !== 'none'));
}

/** A call with the blocks that it stands in, outermost first. */
export interface PlacedCall {
  readonly call: JenkinsCall;
  readonly around: readonly JenkinsCall[];
}

/** Every call of one name with what is around it. */
export function placedCalls(pipeline: JenkinsPipeline, name: string): readonly PlacedCall[] {
  const found: PlacedCall[] = [];
  const walk = (body: readonly JenkinsCall[], around: readonly JenkinsCall[]): void => {
    for (const call of body) {
      if (call.name === name) found.push({ call, around });
      walk(call.body, [...around, call]);
    }
  };
  walk(pipeline.calls, []);
  return found;
}

/** The places where the pipeline waits for a person: the `input` step, and the directive of a stage. */
export function inputs(pipeline: JenkinsPipeline): readonly PlacedCall[] {
  return placedCalls(pipeline, 'input').filter(({ call }) => call.hasBody || call.args.length > 0);
}
