import { selects, templateLabels } from '../../../artifacts/kubernetes/environment.ts';
import { defineRule } from '../../rule.ts';
import { says } from './_ports.ts';

const colours = (selector: string, blue = 'blue', green = 'green'): string => `
  apiVersion: v1
  kind: Service
  metadata: { name: orders }
  spec:
    selector: ${selector}
    ports: [{ port: 80, targetPort: 8000 }]
  ---
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: orders-blue }
  spec:
    selector: { matchLabels: { app: orders, color: ${blue} } }
    template:
      metadata: { labels: { app: orders, color: ${blue} } }
      spec: { containers: [{ name: orders, image: "orders:1.0" }] }
  ---
  apiVersion: apps/v1
  kind: Deployment
  metadata: { name: orders-green }
  spec:
    selector: { matchLabels: { app: orders, color: ${green} } }
    template:
      metadata: { labels: { app: orders, color: ${green} } }
      spec: { containers: [{ name: orders, image: "orders:1.1" }] }
`;

export const blueGreenSelectorMatches = defineRule({
  id: 'system/blue-green-selector-matches',
  summary: 'The Service in front of two colours selects just one of them',
  severity: 'error',
  preset: 'recommended',
  peers: [],
  why: 'Blue-green means that traffic goes to one colour. A selector without the colour sends it to both, so that the new version serves before anybody switched; one with a colour that no workload has sends it nowhere.',
  source: 'https://kubernetes.io/docs/concepts/workloads/management/#canary-deployments',
  messages: {
    both: {
      text: 'The selector picks {blue} and {green}, so that both colours are served at once',
      remedy: 'Add the label that tells the colours apart.',
    },
    none: {
      text: 'The selector picks neither {blue} nor {green}',
      remedy: 'Use the labels that the pods of one colour have.',
    },
  },
  examples: {
    bad: [
      { files: { 'k8s/app.yaml': colours('{ app: orders }') }, at: ['k8s/app.yaml:5'] },
      { files: { 'k8s/app.yaml': colours('{ app: orders, color: red }') }, at: ['k8s/app.yaml:5'] },
    ],
    good: [
      { files: { 'k8s/app.yaml': colours('{ app: orders, color: green }') } },
      {
        files: {
          'k8s/app.yaml': colours('{ app: orders }')
            .replaceAll('orders-blue', 'orders-web')
            .replaceAll('orders-green', 'orders-worker'),
        },
        note: 'Two workloads behind one Service are no colours.',
      },
    ],
  },
  check({ repository }, { report }) {
    for (const environment of repository.environments) {
      for (const blue of environment.ofKind('Deployment', 'StatefulSet')) {
        const match = /^(.*)-blue$/.exec(blue.name ?? '');
        const green = match
          ? environment.objects.find(
              (object) =>
                object.kind === blue.kind && object.name === `${match[1]}-green` && object.namespace === blue.namespace,
            )
          : undefined;
        const stem = match?.[1];
        if (!green || stem === undefined) continue;
        for (const service of environment.ofKind('Service')) {
          const selector = service.root.map('spec', 'selector');
          if (!selector || selector.entries.size === 0 || (service.namespace ?? '') !== (blue.namespace ?? ''))
            continue;
          const picksBlue = selects(selector, templateLabels(blue));
          const picksGreen = selects(selector, templateLabels(green));
          const related = [says(blue.nameLocation, 'One colour'), says(green.nameLocation, 'The other colour')];
          const args = { blue: blue.title, green: green.title };
          if (picksBlue && picksGreen && service.root.text('spec', 'clusterIP') !== 'None')
            report('both', selector, args, { related });
          else if (!picksBlue && !picksGreen && service.name === stem) report('none', selector, args, { related });
        }
      }
    }
  },
});
