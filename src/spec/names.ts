import { UserError } from '../tree/user-error.ts';

/**
 * The standard library's modules and the keywords of Python 3.11 to 3.15, lower-cased: a package of that name would
 * shadow the module or could not be imported. Sources: `sys.stdlib_module_names` and `keyword` of each version,
 * https://docs.python.org/3.15/py-modindex.html for what 3.14 and 3.15 add.
 */
const PYTHON_NAMES = new Set(
  `
  abc aifc and annotationlib antigravity argparse array as assert ast async asynchat asyncio asyncore atexit
  audioop await base64 bdb binascii bisect break builtins bz2 calendar case cgi cgitb chunk class cmath cmd
  code codecs codeop collections colorsys compileall compression concurrent configparser contextlib
  contextvars continue copy copyreg cprofile crypt csv ctypes curses dataclasses datetime dbm decimal def
  del difflib dis distutils doctest elif else email encodings ensurepip enum errno except false faulthandler
  fcntl filecmp fileinput finally fnmatch for fractions from ftplib functools gc genericpath getopt getpass
  gettext glob global graphlib grp gzip hashlib heapq hmac html http idlelib if imaplib imghdr imp import
  importlib in inspect io ipaddress is itertools json keyword lambda lib2to3 linecache locale logging lzma
  mailbox mailcap marshal match math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis
  nntplib none nonlocal not nt ntpath nturl2path numbers opcode operator optparse or os ossaudiodev pass
  pathlib pdb pickle pickletools pipes pkgutil platform plistlib poplib posix posixpath pprint profile
  profiling pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri raise random re readline
  reprlib resource return rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site
  smtpd smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat
  statistics string stringprep struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile
  telnetlib tempfile termios textwrap this threading time timeit tkinter token tokenize tomllib trace
  traceback tracemalloc true try tty turtle turtledemo type types typing unicodedata unittest urllib uu uuid
  venv warnings wave weakref webbrowser while winreg winsound with wsgiref xdrlib xml xmlrpc yield zipapp
  zipfile zipimport zlib zoneinfo
  `
    .trim()
    .split(/\s+/),
);

/** Top-level packages that generated services import; a service of that name would shadow its own dependency. */
const DEPENDENCY_NAMES = new Set([
  'aiokafka',
  'aiosqlite',
  'alembic',
  'anyio',
  'apiflask',
  'asyncpg',
  'consul',
  'django',
  'faststream',
  'fastapi',
  'flask',
  'gunicorn',
  'httpx',
  'kafka',
  'marshmallow',
  'mypy',
  'ninja',
  'opentelemetry',
  'prometheus_client',
  'psycopg',
  'pydantic',
  'pydantic_settings',
  'pymysql',
  'pytest',
  'redis',
  'ruff',
  'schemathesis',
  'sqlalchemy',
  'starlette',
  'structlog',
  'uvicorn',
  'uv',
  'werkzeug',
  'yaml',
]);

/** Folders and hosts that a repository or a network already has. */
const RESERVED_NAMES = new Set([
  'app',
  'consul',
  'default',
  'deploy',
  'dist',
  'docs',
  'gateway',
  'grafana',
  'helm',
  'host',
  'k8s',
  'kubernetes',
  'localhost',
  'mysql',
  'monitoring',
  'node-modules',
  'postgres',
  'prometheus',
  'rabbitmq',
  'scripts',
  'services',
  'src',
  'test',
  'tests',
  'traefik',
  'venv',
  'workspace',
]);

/** Derived names add suffixes (`-migrate--1a2b3c4d5e6f`, `-postgres`), and a DNS label holds 63 characters. */
const LONGEST_NAME = 40;

/** The Python package of a service: `order-intake` → `order_intake`. */
export function moduleName(name: string): string {
  return name.replaceAll('-', '_');
}

/** The nearest name that the shape allows: `Order_Intake!` → `order-intake`; `service` where nothing is left. */
export function suggestName(name: string): string {
  const label = name
    .normalize('NFKD')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, LONGEST_NAME)
    .replace(/-+$/, '');
  if (label === '') return 'service';
  return isTaken(label) ? `${label.slice(0, LONGEST_NAME - '-service'.length)}-service` : label;
}

/**
 * Why a name can be no service's or workspace's name; undefined where it can. The strictest consumer decides: a
 * Kubernetes Service name (RFC 1035 label), a Python package, an image name (OCI distribution spec) and a DNS host.
 */
export function nameProblem(name: string): string | undefined {
  if (name === '') return 'the name is empty';
  if (name.length > LONGEST_NAME) return `"${name}" is ${name.length} characters long, ${LONGEST_NAME} at most fit`;
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
    return `"${name}" is not a DNS label: lower-case letters, digits and single hyphens, a letter first`;
  }
  const module = moduleName(name);
  if (PYTHON_NAMES.has(module)) return `"${module}" is a module or keyword of Python itself`;
  if (DEPENDENCY_NAMES.has(module)) return `"${module}" is a package that generated services import`;
  if (RESERVED_NAMES.has(name)) return `"${name}" is reserved for a folder or host of the repository`;
  return undefined;
}

/**
 * Refuses a name that cannot be used everywhere.
 *
 * @throws UserError with a name that can
 */
export function checkName(name: string): void {
  const problem = nameProblem(name);
  if (problem !== undefined) throw new UserError(problem, { remedy: `A name that works: ${suggestName(name)}` });
}

function isTaken(name: string): boolean {
  const module = moduleName(name);
  return PYTHON_NAMES.has(module) || DEPENDENCY_NAMES.has(module) || RESERVED_NAMES.has(name);
}
