import { isTemplated } from './_workloads.ts';

const secretName =
  /(?:^|[_.-])(?:password|passwd|passphrase|pwd|secret|secret_?key|token|api_?key|access_?key|private_?key|credentials?)$/i;
const urlWithPassword = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/i;
const standIn =
  /^(?:change[-_ ]?me|replace[-_ ]?me|to[-_ ]?do|x+|\*+|\.+|example|dummy|placeholder|your[-_ ].*|none|null)$/i;

/**
 * Whether a setting holds a secret: by its name (`DB_PASSWORD`), or because its value is a URL with a password. Values
 * that are filled in later, numbers, switches and paths are none.
 */
export function holdsSecret(name: string, value: string): boolean {
  if (value === '' || isTemplated(value) || standIn.test(value)) return false;
  if (urlWithPassword.test(value)) return true;
  return secretName.test(name) && !/^(?:true|false|yes|no|\d+|\.{0,2}\/[\w./-]+)$/i.test(value);
}

/** Whether a text stands for a secret that somebody fills in. */
export function isStandIn(value: string): boolean {
  return value.trim() === '' || isTemplated(value) || standIn.test(value.trim());
}
