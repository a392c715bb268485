import type { Setting } from '../../../system/settings.ts';
import type { Variables } from '../../../system/variables.ts';

/** Whether a container is given a variable that a setting is read from, also as a file (`NAME_FILE`) or in parts. */
export function isProvided(setting: Setting, variables: Variables): boolean {
  for (const given of variables.all.keys()) {
    const name = setting.caseSensitive ? given : given.toUpperCase();
    if (setting.variables.includes(name) || setting.variables.some((wanted) => name === `${wanted}_FILE`)) return true;
    if (setting.nestedPrefix !== undefined && name.toUpperCase().startsWith(setting.nestedPrefix)) return true;
  }
  return false;
}
