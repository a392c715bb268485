import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An OpenID issuer that publishes its configuration and its key, and signs tokens (OpenID Connect Discovery 1.0, RFC 7517, RFC 7519). */
export interface Issuer {
  readonly url: string;
  /** A token for an audience, signed by the issuer's key, or by another one that nobody publishes. */
  token(audience: string, options?: { readonly forged?: boolean; readonly expired?: boolean }): string;
  stop(): void;
}

/** Starts an issuer on a port of its own. */
export async function startIssuer(): Promise<Issuer> {
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
  let url = '';
  const server: Server = createServer((request, response) => {
    const documents: Record<string, object> = {
      '/.well-known/openid-configuration': {
        issuer: url,
        authorization_endpoint: `${url}/authorize`,
        token_endpoint: `${url}/token`,
        jwks_uri: `${url}/keys`,
        response_types_supported: ['code'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      },
      '/keys': { keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'RS256' }] },
    };
    const document = documents[request.url ?? ''];
    response.writeHead(document === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(document ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    token: (audience, { forged = false, expired = false } = {}) => {
      const now = Math.floor(Date.now() / 1000);
      const times = expired ? { iat: now - 7200, exp: now - 3600 } : { iat: now, exp: now + 600 };
      const claims = {
        iss: url,
        sub: 'user-1',
        aud: audience,
        email: 'user@example.com',
        email_verified: true,
        ...times,
      };
      return sign(claims, (forged ? foreign : own).privateKey);
    },
    stop: () => server.close(),
  };
}

function sign(claims: object, key: KeyObject): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT', kid: 'one' })}.${part(claims)}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
}
