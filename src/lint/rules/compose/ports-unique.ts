import { type PublishedPort, publishedPorts } from '../../../artifacts/compose/ports.ts';
import { defineRule } from '../../rule.ts';

export const portsUnique = defineRule({
  id: 'compose/ports-unique',
  summary: 'No two services publish the same port',
  severity: 'error',
  preset: 'recommended',
  peers: ['dclint:no-duplicate-exported-ports'],
  why: 'Two containers cannot listen on the same port of the host: the second one does not start.',
  source: 'https://docs.docker.com/reference/compose-file/services/#ports',
  messages: {
    twice: { text: 'Port {port} of the host is already taken by {service}', remedy: 'Publish another port.' },
  },
  examples: {
    bad: [
      {
        files: `
        services:
          a:
            image: nginx:1.29
            ports: ["8080:80"]
          b:
            image: nginx:1.29
            ports:
              - "127.0.0.1:8080:8000"
      `,
        at: [8],
      },
    ],
    good: [
      {
        files: `
        services:
          a:
            image: nginx:1.29
            ports: ["8080:80", "127.0.0.1:9000:90", "53:53/udp"]
          b:
            image: nginx:1.29
            ports: ["127.0.0.2:9000:90", "53:53/tcp", "\${PORT}:1"]
          c:
            image: nginx:1.29
            profiles: [other]
            ports: ["8080:80"]
      `,
        note: 'Other addresses and protocols are other ports; profiles may never run together.',
      },
    ],
  },
  check(project, { report }) {
    const seen: { readonly service: string; readonly always: boolean; readonly port: PublishedPort }[] = [];
    for (const service of project.services.values()) {
      const always = service.profiles.length === 0;
      for (const port of publishedPorts(project, service)) {
        if (port.published === undefined) continue;
        const other = seen.find(
          (one) => clash(one.port, port) && (one.service === service.name || (one.always && always)),
        );
        if (other === undefined) seen.push({ service: service.name, always, port });
        else {
          const { file, range } = other.port.node;
          const related = [{ file, range, message: 'The first one' }];
          report('twice', port.node, { port: port.published, service: other.service }, { related });
        }
      }
    }
  },
});

function clash(left: PublishedPort, right: PublishedPort): boolean {
  const all = (address: string | undefined): boolean =>
    address === undefined || /^(?:0\.0\.0\.0|\[?::\]?)$/.test(address);
  const address = all(left.address) || all(right.address) || left.address === right.address;
  return address && left.published === right.published && left.protocol === right.protocol;
}
