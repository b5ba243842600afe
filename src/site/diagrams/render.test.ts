import { JSDOM } from 'jsdom';
import { expect, test, vi } from 'vitest';
import { boxOf } from './geometry.ts';
import { absoluteBox, layoutProblems } from './layout.ts';
import { render } from './render.ts';

// The first drawing loads mermaid, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const flow = `flowchart TB
  accTitle: One request
  accDescr: The client asks the entry node, which sends to the pod.
  client["client<br/>outside the cluster"]
  subgraph entry["entry node"]
    pre["prerouting<br/>destination is rewritten"] --> post["postrouting<br/>source is rewritten"]
  end
  client -- request --> pre
  post --> pod
  class client client`;

const sequence = `sequenceDiagram
  accTitle: Request and reply
  accDescr: The client asks the entry node, the pod answers through it.
  participant C as client
  participant E as entry node
  participant P as pod
  C->>E: to the nodePort
  Note over E: destination and source<br/>are rewritten
  E->>P: to the target port
  P-->>E: reply
  E-->>C: reply`;

const state = `stateDiagram-v2
  accTitle: A connection
  accDescr: It is new until a reply was seen.
  [*] --> New: first packet
  New --> Established: reply seen
  Established --> [*]: closed`;

function parse(svg: string): Element {
  const found = new JSDOM(svg).window.document.querySelector('svg');
  if (found === null) throw new Error('no SVG');
  return found;
}

test.each([
  ['flowchart', flow],
  ['sequence', sequence],
  ['state', state],
])('in a %s diagram nothing overlaps, and every label fits its box', async (_, source) => {
  const { svg, width, height } = await render(source);
  const drawn = parse(svg);
  expect(layoutProblems(drawn)).toEqual([]);
  expect(boxOf(drawn)?.width).toBeLessThanOrEqual(width);
  expect(boxOf(drawn)?.height).toBeLessThanOrEqual(height);
});

test('a flowchart’s boxes stay where they were', async () => {
  const drawn = parse((await render(flow)).svg);
  const boxes = [...drawn.querySelectorAll('.node rect')].map((rect) => {
    const box = absoluteBox(rect);
    return box && [box.x, box.y, box.width, box.height].map(Math.round).join(' ');
  });
  expect(boxes).toMatchInlineSnapshot(`
    [
      "52 12 188 60",
      "36 231 220 60",
      "52 315 188 60",
      "62 449 168 43",
    ]
  `);
});

test('the same source gives the same drawing, with ids of its own', async () => {
  const [one, other] = [await render(flow), await render(sequence)];
  expect((await render(flow)).svg).toBe(one.svg);
  const ids = (svg: string) => [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(ids(one.svg).filter((id) => ids(other.svg).includes(id))).toEqual([]);
});

test('colours are variables of the theme', async () => {
  for (const source of [flow, sequence, state]) {
    const { svg } = await render(source);
    expect(svg).toContain('var(--hop-diagram-node)');
    expect(svg).not.toMatch(/#[0-9a-f]{6}\b|rgb\(|hsl\(/);
  }
});

test('a diagram that can’t be read names the line', async () => {
  await expect(render(`${flow}\n  client ==`)).rejects.toMatchObject({ name: 'DiagramError', line: 12 });
});
