import { describe, expect, test } from 'vitest';
import { pathBoxes } from './boxes.ts';
import { drawPath } from './draw.ts';
import { pictureOf, size } from './geometry.ts';
import { everywhere, recordedProbe, recordedView } from './testdata/recorded.ts';
import { type LedgerView, ledgerView } from './view.ts';

const places = (mode: 'iptables' | 'nftables', scenario: string) =>
  pathBoxes(recordedView(mode, scenario).rows).map(({ place }) => place.name);

test('the reply goes back through the places of the request', () => {
  expect(places('iptables', 'nodeport-remote-pod')).toEqual([
    'client',
    'worker2',
    'worker',
    'pod-10.244.1.2',
  ]);
});

test('a pod that asks itself is drawn on both sides of its node', () => {
  const [asks, node, answers, ...more] = places('nftables', 'hairpin');
  expect([asks, more]).toEqual([answers, []]);
  expect(node).toMatch(/^worker/);
});

test('and the second time it is called the same', () => {
  expect(draw('nftables', 'hairpin').match(/the same again/g)).toHaveLength(1);
  expect(draw('nftables', 'pod-clusterip-other-node')).not.toContain('the same again');
});

test('a path that ends on the node has no place behind it', () => {
  expect(places('iptables', 'no-endpoints')).toHaveLength(2);
});

describe.each(everywhere)('%s %s', (mode, scenario) => {
  const view = recordedView(mode, scenario);
  test.each(['node', 'cluster'] as const)('at zoom %s every row has its stop, inside its box', (zoom) => {
    const { stops, boxes, width, height } = pictureOf(view.rows, zoom);
    expect(stops.flatMap(({ rows }) => rows)).toEqual(view.rows.map((_, index) => index));
    for (const { x, y, rows } of stops) {
      const box = boxes.find((one) => y > one.y && y < one.y + one.height);
      expect(box?.place.name).toBe(view.rows[rows[0] ?? 0]?.place?.name);
      expect(x).toBeLessThan(width);
    }
    expect(
      boxes.every((box, at) => at === 0 || box.y >= (boxes[at - 1]?.y ?? 0) + (boxes[at - 1]?.height ?? 0)),
    ).toBe(true);
    expect(boxes.every((box) => box.y + box.height <= height)).toBe(true);
  });

  test('no two stops lie on each other, each large enough for a finger', () => {
    const { stops } = pictureOf(view.rows, 'node');
    const spots = stops.map(({ x, y }) => `${x} ${y}`);
    expect(new Set(spots).size).toBe(stops.length);
    expect(size.stop - 2).toBeGreaterThanOrEqual(24);
  });
});

function draw(mode: 'iptables' | 'nftables', scenario: string): string {
  return drawView(recordedView(mode, scenario));
}

function drawView(view: LedgerView): string {
  return drawPath(view, {
    zoom: 'node',
    anchor: ({ id }) => `p.${id}`,
    kind: () => 'is-node',
    words: {
      label: 'path',
      request: 'request',
      reply: 'reply',
      role: () => 'a "role"',
      again: 'the same again',
    },
  });
}

test('each stop is a link to its row, named by place, hook and what happened', () => {
  expect(draw('iptables', 'nodeport-remote-pod')).toContain(
    '<a href="#p.forward.entry-node.prerouting.dnat" data-rows="2" aria-label="3. worker2: prerouting DNAT"',
  );
});

test('where a packet is stopped, there is a cross', () => {
  expect(draw('iptables', 'local-without-pod').match(/is-stop/g)).toHaveLength(1);
  expect(draw('iptables', 'nodeport-remote-pod')).not.toContain('is-stop');
});

test('a packet that was not seen again ends with a cross where it was seen last', () => {
  const probe = recordedProbe('iptables', 'nodeport-remote-pod');
  const [request, reply] = probe.traces;
  if (request === undefined || reply === undefined) throw new Error('both are recorded');
  const end = { kind: 'dropped' as const, text: 'the answer was last seen on c1-worker' };
  const lost = { ...reply, hops: reply.hops.slice(0, 2), end };
  const view = ledgerView({ ...probe, traces: [request, lost] });
  expect(view.rows.at(-1)).toMatchObject({ id: 'reply.end', what: 'the answer was last seen on worker' });
  const { stops } = pictureOf(view.rows, 'node');
  expect(stops.at(-1)?.rows).toEqual([view.rows.length - 2, view.rows.length - 1]);
  expect(drawView(view).match(/is-stop/g)).toHaveLength(1);
});

test('an answer that the client refuses is not called received', () => {
  const probe = recordedProbe('iptables', 'nodeport-remote-pod');
  const [request, reply] = probe.traces;
  if (request === undefined || reply === undefined) throw new Error('both are recorded');
  const end = {
    kind: 'dropped' as const,
    text: 'client gets an answer from whom it did not ask, and refuses it',
  };
  const drawn = drawView(ledgerView({ ...probe, traces: [request, { ...reply, end }] }));
  expect(drawn).toContain('>refused</text>');
  expect(drawn.match(/is-stop/g)).toHaveLength(1);
});

test('an answer that goes round a node is not drawn through it', () => {
  const probe = recordedProbe('iptables', 'nodeport-remote-pod');
  const [request, reply] = probe.traces;
  if (request === undefined || reply === undefined) throw new Error('both are recorded');
  const around = { ...reply, hops: reply.hops.filter(({ place }) => place.role !== 'entry-node') };
  const ways = (traces: (typeof reply)[]) =>
    drawView(ledgerView({ ...probe, traces }))
      .match(/(?<= d=")M[^"]*/g)
      ?.filter((d) => d.split('M').length > 2);
  expect(ways([request, reply])).toEqual([]);
  expect(ways([request, around])).toHaveLength(1);
});

test('what nobody listens to is not called delivered', () => {
  expect(draw('nftables', 'wrong-targetport')).toContain('>no listener</text>');
});

test('text can’t become markup', () => {
  expect(draw('iptables', 'hairpin')).toContain('a &#34;role&#34;');
});
