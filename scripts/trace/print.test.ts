import { expect, it } from 'vitest';
import { predict } from '../../src/trace/predict/predict.ts';
import { parseClient, parseTarget } from '../../src/trace/predict/probe.ts';
import { cart } from '../../src/trace/predict/testdata/cart.ts';
import { cluster, endpoint } from '../../src/trace/predict/testdata/objects.ts';
import { formatPaths, formatVerdict } from './print.ts';

const text = `http://svc/default/cart:80/${'a-long-path/'.repeat(5)}`;
const predicted = predict(cluster('iptables', cart({}, [endpoint('10.244.2.2', { pod: 'cart-b' })])), {
  protocol: 'tcp',
  client: parseClient('pod/default/client'),
  target: parseTarget(text),
  text,
});
const widest = (lines: string) => Math.max(...lines.split('\n').map((line) => line.length));

it('a path fits into 100 columns with its heading, and keeps all of it', () => {
  const shown = formatPaths(predicted, { cluster: 'kind', wide: false, color: false });
  expect(widest(shown)).toBeLessThanOrEqual(100);
  expect(shown).toContain(`pod/default/client\n  → ${text}\n  tcp  iptables  pod-on-other-node\n`);
  expect(widest(formatPaths(predicted, { cluster: 'kind', wide: true, color: false }))).toBeGreaterThan(100);
});

it('a sentence about a divergence goes on below itself', () => {
  const sentence = `predicted DNAT to one of ${Array.from({ length: 9 }, (_, last) => `10.244.1.${last}`).join(', ')}`;
  const comparison = { verdict: 'diverged', divergence: { hop: 'x', sentence } } as const;
  const shown = formatVerdict(
    { predicted, observed: predicted, comparison, problems: [], captures: [] },
    { wide: false },
  );
  expect(widest(shown)).toBeLessThanOrEqual(100);
  expect(shown.replace(/\s+/g, ' ')).toContain(sentence);
});
