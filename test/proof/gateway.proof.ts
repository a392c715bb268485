import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { execa } from 'execa';
import { parse } from 'yaml';
import { freePort } from '../support/postgres.ts';
import { type Bench, type Figure, generate } from './bench.ts';
import { goTool } from './go-tools.ts';
import { startIssuer } from './issuer.ts';
import { Processes, type Running } from './running.ts';

const SPEC =
  'version: 1\nname: shop\npython: "3.11"\ngateway: traefik\nservices: { orders: { database: none }, stock: { framework: flask, database: none } }\n';

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly protocol: string | null;
}

/**
 * A real Traefik and a real OAuth2 Proxy, with the generated configuration, in front of two running services and a second version of one:
 * each behaviour is driven from a client, and what is not authorised never reaches a service.
 */
export async function prove(bench: Bench): Promise<readonly Figure[]> {
  const processes = new Processes();
  const issuer = await startIssuer();
  const folder = join(bench.work, 'shop');
  await generate(bench, SPEC, folder);
  const catalogue = createServer(async (incoming, response) => {
    const path = (incoming.url ?? '').replace(/\/$/, '/index.html');
    response.end(await readFile(join(folder, 'gateway', path)));
  });
  await new Promise<void>((resolve) => catalogue.listen(0, '127.0.0.1', resolve));
  try {
    bench.say('starting the services');
    const orders = await processes.service(bench, 'orders', join(folder, 'services/orders'));
    const canary = await processes.service(bench, 'orders', join(folder, 'services/orders'));
    const stock = await processes.service(bench, 'stock', join(folder, 'services/stock'));
    await execa('make', ['secrets'], { cwd: join(folder, 'services/orders') });
    const secrets = join(folder, '.secrets');
    await writeFile(join(secrets, 'oidc-client-secret'), 'secret');
    const proxy = await startProxy(bench, processes, folder, issuer.url);
    const addresses = {
      'http://orders:8000': orders.port,
      'http://orders-canary:8000': canary.port,
      'http://stock:8000': stock.port,
      'http://oauth2-proxy:4180': proxy,
      'http://catalogue:8080': (catalogue.address() as AddressInfo).port,
    };
    const { port, dynamic } = await startTraefik(bench, processes, folder, addresses);
    const key = (await readFile(join(secrets, 'api-key-local'), 'utf8')).trim();
    return await drive({ port, dynamic, key, token: issuer.token, orders, canary, stock });
  } finally {
    await processes.stop();
    issuer.stop();
    catalogue.close();
  }
}

interface Stage {
  readonly port: number;
  readonly dynamic: string;
  readonly key: string;
  readonly token: Awaited<ReturnType<typeof startIssuer>>['token'];
  readonly orders: Running;
  readonly canary: Running;
  readonly stock: Running;
}

async function drive({ port, dynamic, key, token, orders, canary, stock }: Stage): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  const ask = (path: string, options: RequestOptions & { body?: string } = {}): Promise<Answer> =>
    send(port, path, options);
  const bearer = { authorization: `Bearer ${token('services')}` };
  const basic = (name: string, password: string) => ({
    authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
  });
  const items = '/orders/api/v1/items';

  const refused: [string, RequestOptions['headers']][] = [
    ['nothing', {}],
    ['a forged token', { authorization: `Bearer ${token('services', { forged: true })}` }],
    ['an expired token', { authorization: `Bearer ${token('services', { expired: true })}` }],
    ["another client's token", { authorization: `Bearer ${token('others')}` }],
    ['a wrong key', basic('local', 'guess')],
    ['an unknown client', basic('nobody', key)],
    ['a forged identity', { 'x-auth-request-user': 'admin' }],
  ];
  for (const [what, headers = {}] of refused) {
    for (const path of [items, '/stock/api/v1/items', '/orders/openapi.json']) {
      const { status } = await ask(path, { headers });
      expect(status === 401 || status === 403, `${what} at ${path} is answered with ${status}`);
    }
  }
  for (const { log } of [orders, canary, stock])
    expect((await requestsIn(log)) === 0, 'an unauthorised request reached a service');
  figures.push({ what: 'not authorised', figure: `${refused.length} ways, each 401 or 403, none reached a service` });

  for (const headers of [bearer, basic('local', key)]) {
    expect((await ask(items, { headers })).status === 200, 'an authorised request is not answered');
    expect((await ask('/stock/api/v1/items', { headers })).status === 200, 'an authorised request is not answered');
  }
  for (const path of [
    '/orders/metrics',
    '/orders/livez',
    '/orders/docs',
    '/orders/api/../metrics',
    '/api/v1/items',
    '/',
  ])
    expect((await ask(path, { headers: bearer })).status === 404, `${path} is reachable from outside`);
  figures.push({ what: 'authorised', figure: 'by token and by key; nothing but the API is reachable' });

  const secure = await ask(items, { headers: bearer });
  expect(secure.protocol === 'TLSv1.3', `TLS is ${secure.protocol}`);
  const old = await ask(items, { headers: bearer, maxVersion: 'TLSv1.1', minVersion: 'TLSv1' } as RequestOptions).catch(
    () => undefined,
  );
  expect(old === undefined, 'TLS 1.1 is accepted');
  const wanted = {
    'strict-transport-security': /31536000/,
    'x-content-type-options': /nosniff/,
    'x-frame-options': /DENY/,
  };
  for (const [name, pattern] of Object.entries(wanted))
    expect(pattern.test(String(secure.headers[name])), `${name} is not set`);
  expect(secure.headers.server === undefined, 'the server is named');
  figures.push({ what: 'TLS and headers', figure: 'TLS 1.3, not 1.1; HSTS, nosniff, no frames, no server' });

  const preflight = (origin: string): Promise<Answer> =>
    ask(items, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
  const allowed = await preflight('https://shop.localhost');
  expect(allowed.headers['access-control-allow-origin'] === 'https://shop.localhost', 'the preflight is refused');
  const foreign = await preflight('https://evil.example');
  expect(foreign.headers['access-control-allow-origin'] === undefined, 'any origin is allowed');
  figures.push({ what: 'CORS', figure: 'the named origin alone, without asking a service' });

  const before = await requestsIn(orders.log);
  const body = JSON.stringify({ name: 'x'.repeat(2 << 20) });
  const large = await ask(items, { method: 'POST', headers: { ...bearer, 'content-type': 'application/json' }, body });
  expect(large.status === 413, `a body of 2 MiB is answered with ${large.status}`);
  expect((await requestsIn(orders.log)) === before, 'a body that is too large reached the service');
  figures.push({ what: 'size', figure: '413, and the service did not see it' });

  const { apis } = JSON.parse((await ask('/catalogue/apis.json', { headers: bearer })).body);
  for (const api of apis) {
    const description = JSON.parse((await ask(api.properties[0].url, { headers: bearer })).body);
    expect(description.paths['/api/v1/items'] !== undefined, `${api.name} is not described`);
  }
  expect((await ask('/catalogue/')).status === 401, 'the catalogue is open');
  figures.push({ what: 'catalogue', figure: `${apis.length} APIs, each with its OpenAPI document` });

  expect((await requestsIn(canary.log)) === 0, 'the canary got requests at weight 0');
  const route = join(dynamic, 'orders.yml');
  const text = await readFile(route, 'utf8');
  await writeFile(route, text.replace('weight: 100', 'weight: 75').replace('weight: 0', 'weight: 25'));
  await until(async () => {
    await ask(items, { headers: bearer });
    return (await requestsIn(canary.log)) > 0;
  });
  const [stable, fresh] = [await requestsIn(orders.log), await requestsIn(canary.log)];
  for (let number = 0; number < 80; number += 1) {
    expect((await ask(items, { headers: bearer })).status === 200, 'a request failed while weights changed');
    await sleep(20);
  }
  const shares = [(await requestsIn(orders.log)) - stable, (await requestsIn(canary.log)) - fresh];
  expect(shares[0] === 60 && shares[1] === 20, `the weights 75 and 25 gave ${shares.join(' and ')}`);
  figures.push({
    what: 'canary',
    figure: `weights 75 and 25 give ${shares.join(' and ')} of 80 requests, changed without a restart`,
  });

  await sleep(2_500);
  const many = await Promise.all(Array.from({ length: 300 }, () => ask(items, { headers: bearer })));
  const limited = many.filter(({ status }) => status === 429).length;
  expect(limited > 50 && limited < 250, `${limited} of 300 requests at once are limited`);
  figures.push({ what: 'rate', figure: `of 300 requests at once ${limited} are answered with 429` });
  return figures;
}

/** OAuth2 Proxy with the flags of the Compose file; only addresses and paths differ. */
async function startProxy(bench: Bench, processes: Processes, folder: string, issuer: string): Promise<number> {
  const { services } = parse(await readFile(join(folder, 'compose.yaml'), 'utf8'));
  const port = await freePort();
  const flags = (services['oauth2-proxy'].command as string[]).map((flag) =>
    flag
      .replace('0.0.0.0:4180', `127.0.0.1:${port}`)
      .replace(/\$\{OIDC_ISSUER_URL:-[^}]*\}/, issuer)
      .replace(/\$\{OIDC_CLIENT_ID:-([^}]*)\}/, '$1')
      .replace('/run/secrets', join(folder, '.secrets')),
  );
  const command = [await goTool(bench, 'oauth2-proxy'), ...flags];
  await processes.start(bench, 'oauth2-proxy', command, { port, ready: '/ping' });
  return port;
}

/** Traefik on the generated files; only addresses and paths differ. */
async function startTraefik(
  bench: Bench,
  processes: Processes,
  folder: string,
  addresses: Readonly<Record<string, number>>,
): Promise<{ port: number; dynamic: string }> {
  const [port, ping] = [await freePort(), await freePort()];
  const dynamic = join(bench.work, 'dynamic');
  await cp(join(folder, 'gateway/dynamic'), dynamic, { recursive: true });
  for (const file of await readdir(dynamic)) {
    let text = await readFile(join(dynamic, file), 'utf8');
    for (const [from, to] of Object.entries(addresses)) text = text.replaceAll(from, `http://127.0.0.1:${to}`);
    await writeFile(join(dynamic, file), text.replaceAll('/run/secrets', join(folder, '.secrets')));
  }
  const config = join(bench.work, 'traefik.yml');
  const generated = await readFile(join(folder, 'gateway/traefik.yml'), 'utf8');
  const adapted = generated
    .replace('":8443"', `"127.0.0.1:${port}"`)
    .replace('127.0.0.1:8081', `127.0.0.1:${ping}`)
    .replace('/etc/traefik/dynamic', dynamic);
  await writeFile(config, adapted);
  const command = [await goTool(bench, 'traefik'), `--configFile=${config}`];
  await processes.start(bench, 'traefik', command, { port: ping, ready: '/ping' });
  await until(async () => (await send(port, '/orders/api/v1/items', {})).status !== 404);
  return { port, dynamic };
}

function send(port: number, path: string, { body, ...options }: RequestOptions & { body?: string }): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, rejectUnauthorized: false, agent: false, ...options },
      (incoming) => {
        const protocol = (incoming.socket as TLSSocket).getProtocol();
        let text = '';
        incoming.setEncoding('utf8').on('data', (part) => {
          text += part;
        });
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: text, protocol }),
        );
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** How many requests the service has logged, probes aside. */
async function requestsIn(log: string): Promise<number> {
  const lines = (await readFile(log, 'utf8')).split('\n');
  return lines.filter((line) => line.includes('"event": "request"') && !line.includes('/readyz')).length;
}

async function until(happened: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; !(await happened()); tries += 1) {
    if (tries > 100) throw new Error('it does not happen');
    await sleep(100);
  }
}

function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
