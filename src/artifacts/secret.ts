/** Whether a variable's name says that its value is a secret: `DB_PASSWORD`, but not `TOKEN_TTL` or `PASSWORD_FILE`. */
export function isSecretName(name: string): boolean {
  const words = name.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
  if (/(?:^|_)(?:USE|ENABLE|DISABLE|REQUIRE|ALLOW|HAS|NO|PUBLIC|MAX|MIN)_/.test(words)) return false;
  return /(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|PRIVATE_KEY|ACCESS_KEY|SECRET_KEY|CREDENTIALS?)$/.test(
    words,
  );
}

/** Whether a value is empty, a switch or number, a path, or says itself that it is no real secret. */
export function isPlaceholder(value: string): boolean {
  if (/^(?:true|false|yes|no|on|off|none|null|\d+)?$/i.test(value) || value.startsWith('/')) return true;
  return /dummy|placeholder|build|unused|not[-_ ]?(?:a[-_ ]?)?(?:real|secret|used)|example|fake|insecure|test/i.test(
    value,
  );
}

/** Whether a value is a secret by its form: a URL with a password, a key of a known kind. */
export function holdsCredentials(value: string): boolean {
  const url = /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@$]+:([^\s/@$]+)@/i.exec(value);
  if (url?.[1] !== undefined && !isPlaceholder(url[1])) return true;
  return /^AKIA[0-9A-Z]{16}$|^gh[pousr]_[A-Za-z0-9]{36}|-----BEGIN [A-Z ]*PRIVATE KEY/.test(value);
}
