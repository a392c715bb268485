import { defineRule } from '../../rule.ts';
import { isStandIn } from './_secrets.ts';

export const noPlainSecretInGit = defineRule({
  id: 'kubernetes/no-plain-secret-in-git',
  summary: 'A Secret in the repository has no readable values',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'base64 is not encryption: everybody who ever gets a copy of the repository has the secret. Only what is encrypted, or kept in a store that the cluster asks, may be committed.',
  source: 'https://kubernetes.io/docs/concepts/security/secrets-good-practices/',
  messages: {
    readable: {
      text: 'The Secret {secret} holds a readable value for {name}',
      remedy:
        'Keep it in a secret store (External Secrets), or encrypt it (SOPS, Sealed Secrets), and change it: it is known by now.',
    },
  },
  examples: {
    bad: [
      {
        files: `
          apiVersion: v1
          kind: Secret
          metadata: { name: orders }
          stringData:
            password: hunter2
        `,
        at: [5],
      },
      {
        files: `
          apiVersion: v1
          kind: Secret
          metadata: { name: orders }
          data:
            ca.crt: Y2E=
            password: aHVudGVyMg==
        `,
        at: [6],
      },
      {
        files: {
          'k8s/kustomization.yaml': `
          secretGenerator:
            - name: orders
              literals:
                - password=hunter2
        `,
        },
        at: ['k8s/kustomization.yaml:4'],
      },
    ],
    good: [
      {
        files: `
          apiVersion: v1
          kind: Secret
          metadata: { name: orders }
          stringData:
            password: ""
            token: \${TOKEN}
        `,
        note: 'Filled in later.',
      },
      {
        files: `
          apiVersion: v1
          kind: Secret
          metadata: { name: orders }
          stringData:
            password: ENC[AES256_GCM,data:Yg==,type:str]
          sops:
            version: 3.9.0
        `,
        note: 'Encrypted with SOPS.',
      },
      {
        files: {
          'k8s/kustomization.yaml': `
          secretGenerator:
            - name: orders
              envs: [.env.secret]
        `,
        },
        note: 'The file is not in the repository.',
      },
    ],
  },
  check(environment, { report }) {
    for (const secret of environment.ofKind('Secret')) {
      if (secret.group !== '' || secret.root.get('sops') !== undefined) continue;
      const values = [...secret.root.pairs('stringData'), ...secret.root.pairs('data')];
      const readable = values.find(({ name, value }) => {
        const text = value.text() ?? '';
        return (
          !/\.(?:crt|pem|pub)$/.test(name) && !/^ENC\[/.test(text) && !isStandIn(text) && !isStandIn(decoded(text))
        );
      });
      if (readable) report('readable', readable.value, { secret: secret.name ?? '', name: readable.name });
    }
  },
});

/** What base64 stands for, where it is base64. */
function decoded(text: string): string {
  return /^[A-Za-z0-9+/]+={0,2}$/.test(text) && text.length % 4 === 0 ? atob(text) : text;
}
