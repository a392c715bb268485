export { composeHealthcheckRouteExists } from './compose-healthcheck-route-exists.ts';
export { composePortMatches } from './compose-port-matches.ts';
export { containerPortMatches } from './container-port-matches.ts';
export { imageHealthcheckRouteExists } from './image-healthcheck-route-exists.ts';
export { listenPortExposed } from './listen-port-exposed.ts';
export { probeRouteExists } from './probe-route-exists.ts';
export { requiredSettingProvided } from './required-setting-provided.ts';
