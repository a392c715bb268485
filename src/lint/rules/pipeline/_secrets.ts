const secretName =
  /(?:^|[_.-])(?:password|passwd|passphrase|pwd|secret|secret_?key|token|api_?key|access_?key|private_?key|credentials?)$/i;
const knownFormat =
  /^(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,}|glpat-[\w-]{20,}|AKIA[0-9A-Z]{16}$|xox[baprs]-[\w-]{10,}|sk_live_\w{16,}|AIza[\w-]{35}$|npm_\w{36}$|pypi-[\w-]{16,}|dckr_pat_[\w-]{20,}|-----BEGIN [A-Z ]*PRIVATE KEY)/;
const standIn =
  /test|dummy|example|fake|mock|local|placeholder|change-?me|insecure|sample|your|not[-_ ]?a|not[-_ ]?real|^(?:postgres|postgresql|mysql|root|admin|user|app|guest|rabbitmq|redis|secret|password|passw0rd|pass|dev|ci|django)[\d!]*$/i;
const urlPassword = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@$]*:([^\s/@$]+)@([^\s/:?]+)/i;

/** Whether a variable's name says that it holds a secret. */
export function namesSecret(name: string): boolean {
  return secretName.test(name);
}

/** Whether a value is a token of a well-known form, whatever its name. */
export function isKnownToken(value: string): boolean {
  return knownFormat.test(value);
}

/**
 * Whether a variable holds a secret in plain text: a known kind of token, a name that says so with a value that is no
 * stand-in, or a URL with a password for another machine. What is filled in later is none.
 */
export function holdsPlainSecret(name: string, value: string): boolean {
  if (isKnownToken(value)) return true;
  if (value.includes('$')) return false;
  const url = urlPassword.exec(value);
  if (url) return /\./.test(url[2] ?? '') && !/^127\./.test(url[2] ?? '') && !standIn.test(url[1] ?? '');
  const plausible = value.length >= 6 && /\d/.test(value) && /[a-z]/i.test(value) && !/[\s/<>{}]/.test(value);
  return namesSecret(name) && plausible && !standIn.test(value);
}

/**
 * The secret that a word of a script puts in whole, as written in the file: `${{ secrets.NAME }}`, `$NAME` or `${NAME}`,
 * not `${NAME:+set}` or `${#NAME}`.
 */
export function secretIn(text: string): string | undefined {
  const expression = /\$\{\{\s*(secrets\.\w+)\s*\}\}/.exec(text)?.[1];
  if (expression !== undefined) return expression;
  for (const match of text.matchAll(/(?<!\\)\$(?:\{(\w+)\}|(\w+))/g)) {
    const name = match[1] ?? match[2] ?? '';
    if (/^[A-Z_\d]+$/.test(name) && namesSecret(name)) return name;
  }
  return undefined;
}
