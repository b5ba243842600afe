import { join } from 'node:path';
import { expect, test } from 'vitest';
import { onNetwork, readRecordedLab } from '../evidence/lab.ts';
import { findProbe, probesOf } from '../ledger/probe.ts';
import { ledgerView } from '../ledger/view.ts';
import { readPage } from './page.ts';
import { unknownRows } from './rows.ts';

const lab = await readRecordedLab(join(import.meta.dirname, '..', '..', '..'), '05-cross-node', 'published');
const probe = 'trace-far';
const page = (text: string) =>
  readPage('content/docs/05-cross-node.mdx', `---\nlab: 05-cross-node\n---\n${text}`);
const rowsOn = (network?: string) =>
  findProbe(onNetwork(lab, network), probe).flatMap((one) => ledgerView(one).rows.map(({ id }) => id));
const findings = async (text: string) =>
  (await unknownRows(page(text), async (id) => (id === lab.lab.id ? lab : undefined))).map(
    ({ line, message }) => `${line}: ${message}`,
  );

test('a row that was recorded is fine, in a sentence and as the first of a ledger', async () => {
  const [row = ''] = rowsOn();
  expect(row).not.toBe('');
  expect(
    await findings(
      `<Ledger probe="${probe}" title="x" at="${row}" />\n<AtHop probe="${probe}" hop="${row}">x</AtHop>`,
    ),
  ).toEqual([]);
});

test('a row that no recording has is named with its line and the nearest one', async () => {
  const [row = ''] = rowsOn();
  expect(await findings(`one\n<AtHop probe="${probe}" hop="${row}x">x</AtHop>`)).toEqual([
    expect.stringMatching(new RegExp(`^5: "${probe}" has no row "${row}x"; did you mean `)),
  ]);
  expect(await findings(`<Ledger\n  probe="${probe}"\n  title="x"\n  at="nowhere"\n/>`)).toEqual([
    `4: "${probe}" has no row "nowhere"`,
  ]);
});

test('a row counts on the pod network that the element names', async () => {
  const recorded = (network?: string) =>
    onNetwork(lab, network).cells.flatMap(({ traces }) => Object.keys(traces));
  const only = probesOf(lab.lab).find(
    (one) => recorded('by-hand').includes(one) && !recorded('flannel-vxlan').includes(one),
  );
  const [row] = findProbe(onNetwork(lab, 'by-hand'), only ?? '').flatMap((one) => ledgerView(one).rows);
  const element = (network: string) =>
    `<AtHop probe="${only}" network="${network}" hop="${row?.id}">x</AtHop>`;
  expect(await findings(element('by-hand'))).toEqual([]);
  expect(await findings(element('flannel-vxlan'))).toEqual([
    expect.stringContaining(`did not record the trace "${only}" in flannel-vxlan-iptables`),
  ]);
  expect(await findings(element('calico'))).toEqual([
    expect.stringContaining('does not run on the pod network "calico"'),
  ]);
});

test('a ledger begins in its first mode: a row of another one is no beginning', async () => {
  const service = await readRecordedLab(
    join(import.meta.dirname, '..', '..', '..'),
    '02-service',
    'published',
  );
  const swapped = { ...service, cells: [...onNetwork(service).cells].reverse() };
  const marked = 'forward.client-node.prerouting.marked';
  const text = (element: string) =>
    readPage('content/docs/02-service.mdx', `---\nlab: 02-service\n---\n${element}`);
  const found = (element: string) => unknownRows(text(element), async () => swapped);
  expect(await found(`<AtHop probe="trace-own" hop="${marked}">x</AtHop>`)).toEqual([]);
  expect(await found(`<Ledger probe="trace-own" title="x" at="${marked}" />`)).toHaveLength(1);
});

test('a draft without recordings has no rows to be wrong about', async () => {
  const unrecorded = { ...lab, cells: [] };
  const text = `<AtHop probe="${probe}" hop="nowhere">x</AtHop>`;
  expect(await unknownRows(page(text), async () => unrecorded)).toEqual([]);
  expect(await unknownRows(page(text), async () => undefined)).toEqual([]);
});
