export { targetPortExists } from './target-port-exists.ts';
