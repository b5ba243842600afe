import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '../host/errors.ts';
import { listLabs, loadLab, resolveLabId } from './load.ts';
import { type SampleProject, sampleProject } from './sample-project.ts';
import type { LabInput } from './schema/lab.ts';

let project: string;
let write: SampleProject['write'];
let remove: SampleProject['remove'];

const gate = {
  kind: 'endpoints',
  id: 'ready',
  claim: 'the Service has an endpoint',
  service: 'cart',
  ready: 1,
} as const;
const ask = {
  kind: 'probe',
  id: 'ask',
  from: 'client',
  url: 'http://{{ nodes.worker.ip }}:30080/',
  checks: [
    { id: 'answers', claim: 'the node answers', value: 'steps.ask.value.status', expect: { equals: 200 } },
  ],
} satisfies LabInput['steps'][number];
const lab = {
  id: '03-nodeport',
  title: 'NodePort',
  question: 'Who answered?',
  shape: 'three',
  matrix: { proxyMode: ['iptables', 'nftables'] },
  images: ['netexec'],
  namespace: 'shop',
  manifests: ['cart.yaml'],
  readiness: [gate],
  steps: [ask],
} satisfies LabInput;

const act = [{ on: 'node/worker', command: ['true'] }];
const fault = {
  id: 'broken',
  symptom: {
    text: 'The client gets no answer.',
    probe: { from: 'client', url: 'http://x/' },
    value: 'steps.symptom.value.exit',
    expect: { equals: 7 },
  },
  inject: act,
  endsAt: 'forward.client.output.sent',
  hints: ['Look at the one side.', 'Look at the other side.'],
  answer: 'It was broken on purpose.',
  undo: act,
  repaired: [gate],
};

const writeLab = (value: object, id = '03-nodeport') =>
  write(`labs/${id}/lab.ts`, `export default ${JSON.stringify(value)};`);
const loading = (changes: object) =>
  writeLab({ ...lab, ...changes }).then(() =>
    loadLab(project, '03-nodeport').then(
      () => 'loaded',
      (error: unknown) => (error instanceof UsageError ? error.message : Promise.reject(error)),
    ),
  );

beforeEach(async () => {
  ({ root: project, write, remove } = await sampleProject());
});
afterEach(() => remove());

describe('a valid lab', () => {
  test('is loaded with its defaults filled in', async () => {
    await writeLab(lab);
    expect(await loadLab(project, '03-nodeport')).toMatchObject({ draft: false, steps: [{ timeoutS: 3 }] });
  });

  test('is found by its number, its name and its folder', async () => {
    await writeLab(lab);
    await writeLab(lab, '13-nodeports');
    expect(await listLabs(project)).toEqual(['03-nodeport', '13-nodeports']);
    for (const name of ['03', '3', 'nodeport', 'labs/03-nodeport/', './labs/03-nodeport/lab.ts']) {
      expect(await resolveLabId(project, name)).toBe('03-nodeport');
    }
  });
});

describe('a capture', () => {
  const follow = (from: string) => ({
    kind: 'capture',
    id: 'listen',
    watches: [{ id: 'events', on: 'node/worker', command: ['conntrack', '-E'] }],
    during: [{ kind: 'trace', id: 'follow', from, url: 'http://{{ nodes.worker.ip }}:30080/' }],
  });

  test('may have a probe followed over every hop while it listens', async () => {
    expect(await loading({ steps: [follow('client')] })).toBe('loaded');
  });

  test('whose probe starts nowhere is named', async () => {
    expect(await loading({ steps: [follow('node/worker7')] })).toContain(
      'steps[0].during[0] (listen, follow): the shape "three" has no node "worker7"',
    );
  });
});

describe('a lab that does not exist', () => {
  test('names what is near, or what there is', async () => {
    await writeLab(lab);
    await writeLab(lab, '07-ingress');
    await expect(resolveLabId(project, '03-nodprt')).rejects.toThrow(
      'There is no lab "03-nodprt"; did you mean 03-nodeport?',
    );
    await expect(resolveLabId(project, 'zzz')).rejects.toThrow('there is 03-nodeport, 07-ingress');
  });

  test('is refused when the short form may be two', async () => {
    await writeLab(lab, '03-a');
    await writeLab(lab, '03-b');
    await expect(resolveLabId(project, '03')).rejects.toThrow('"03" may be 03-a or 03-b');
  });
});

describe('a lab file with an error', () => {
  test('that throws is named with its line and the reason', async () => {
    await write('labs/03-nodeport/lab.ts', `\nthrow new Error('no such thing');`);
    await expect(loadLab(project, '03')).rejects.toThrow(
      /^labs\/03-nodeport\/lab\.ts:2 can't be loaded: no such thing$/,
    );
  });

  test('that is not TypeScript is named with its line', async () => {
    await write('labs/03-nodeport/lab.ts', 'export default {\n  id: ;\n}');
    await expect(loadLab(project, '03')).rejects.toThrow(
      /^labs\/03-nodeport\/lab\.ts(:2)? can't be loaded: /,
    );
  });

  test('without a default export', async () => {
    await write('labs/03-nodeport/lab.ts', 'export const lab = 1;');
    await expect(loadLab(project, '03')).rejects.toThrow('labs/03-nodeport/lab.ts has no default export');
  });

  test.each([
    [{ question: 'Who' }, 'question: expected a question that ends with ?, there is "Who"'],
    [{ shap: 'x' }, 'unknown field "shap"'],
    [{ title: 7 }, 'title: expected string, there is 7'],
    [{ namespace: undefined }, 'namespace: expected string, there is nothing'],
    [{ id: '04-other' }, 'id: expected "03-nodeport", the name of its folder'],
    [{ shape: 'four' }, 'shape: labs/common/shapes.ts has no shape "four"; it has three'],
    [{ images: ['netexe'] }, 'images[0]: images/catalogue.ts has no image "netexe"; did you mean netexec?'],
    [
      { matrix: { proxyMode: ['ipvs'] } },
      'matrix.proxyMode[0]: expected "iptables", "nftables", there is "ipvs"',
    ],
    [{ readiness: [{ ...gate, kind: 'endpoint' }] }, 'readiness[0].kind (ready): expected'],
    [
      { steps: [{ ...ask, from: 'node/worker7' }] },
      'steps[0] (ask): the shape "three" has no node "worker7"',
    ],
    [{ steps: [ask, ask] }, 'steps[1].id (ask): the step id "ask" is used twice'],
    [
      { steps: [{ ...ask, url: 'http://{{ nod.ip }}' }] },
      'steps[0].url (ask): `nod.ip`: nothing is named `nod`',
    ],
    [
      { steps: [{ ...ask, checks: [{ ...ask.checks[0], expect: { equal: 200 } }] }] },
      'steps[0].checks[0].expect (ask, answers): expected one of the fields equals, same, in, matches, lacks, atLeast, there is {"equal":200}',
    ],
    [
      { steps: [{ ...ask, checks: [{ ...ask.checks[0], expect: undefined }] }] },
      'steps[0].checks[0].expect (ask, answers): expected one of the fields equals, same, in, matches, lacks, atLeast, there is nothing',
    ],
    [
      { steps: [{ ...ask, checks: [{ ...ask.checks[0], value: 'steps.aks.value' }] }] },
      'steps[0].checks[0].value (ask, answers): reads step "aks", which has not run by then',
    ],
    [
      { steps: [{ ...ask, checks: [{ ...ask.checks[0], expect: { matches: '(' } }] }] },
      'steps[0].checks[0].expect.matches (ask, answers): Invalid regular expression',
    ],
    [
      {
        steps: [
          { ...ask, when: { proxyMode: 'nftables' } },
          { ...ask, id: 'again', url: '{{ steps.ask.out }}', checks: [] },
        ],
      },
      'steps[1].url (again): reads step "ask", which does not run in the cell iptables',
    ],
    [
      { matrix: { proxyMode: ['iptables'], podNetwork: ['kindnet', 'flanel'] } },
      'matrix.podNetwork[1]: expected kindnet, by-hand, flannel-vxlan, flannel-host-gw, bgp, or { name, proxyModes }',
    ],
    [
      { matrix: { proxyMode: ['iptables'], podNetwork: [{ name: 'bgp', proxyModes: ['nftables'] }] } },
      'matrix.podNetwork: has the cell bgp-nftables, but proxyMode has no nftables',
    ],
    [
      { matrix: { proxyMode: ['iptables'], podNetwork: ['bgp', { name: 'bgp', proxyModes: ['iptables'] }] } },
      'matrix.podNetwork: has the cell bgp-iptables twice',
    ],
    [{ steps: [{ ...ask, when: { podNetwork: 'bgp' } }] }, 'steps[0].when (ask): fits no cell of the matrix'],
    [{ steps: [{ ...ask, when: {} }] }, 'expected proxyMode, podNetwork or both'],
    [
      {
        matrix: { proxyMode: ['iptables'], podNetwork: ['kindnet', 'bgp'] },
        steps: [
          { ...ask, when: { podNetwork: ['kindnet'] } },
          { ...ask, id: 'again', url: '{{ steps.ask.out }}', checks: [] },
        ],
      },
      'steps[1].url (again): reads step "ask", which does not run in the cell bgp-iptables',
    ],
    [
      { manifests: ['crt.yaml'] },
      'manifests[0]: there is no labs/03-nodeport/manifests/crt.yaml; did you mean cart.yaml?',
    ],
  ])('%j', async (changes, message) => {
    expect(await loading(changes)).toContain(`labs/03-nodeport/lab.ts is not a valid lab:`);
    expect(await loading(changes)).toContain(message);
  });

  test('in two fields names both', async () => {
    expect(await loading({ title: 7, question: 'x' })).toMatchInlineSnapshot(`
      "labs/03-nodeport/lab.ts is not a valid lab:
        title: expected string, there is 7
        question: expected a question that ends with ?, there is "x""
    `);
  });
});

describe('a symptom', () => {
  test.each(['exit', 'steps.ask.value.exit'])(
    'that is judged by %s is told under which name its answer stands',
    async (value) => {
      expect(await loading({ faults: [{ ...fault, symptom: { ...fault.symptom, value } }] })).toMatch(
        /faults\[0\]\.symptom\.value \(broken\): .*; what the symptom's probe got is steps\.symptom\.value, like steps\.symptom\.value\.exit$/,
      );
    },
  );

  const read = (value: string, expect: object = { equals: 7 }) =>
    loading({ faults: [{ ...fault, symptom: { ...fault.symptom, value, expect } }] });

  test.each([
    'steps.symptom.value.body',
    '$string(steps.symptom.value)',
    '$$.steps.symptom.value.(exit + remotePort)',
    'steps.symptom.out',
    '$count(steps.*)',
  ])('that reads %s could not be judged again from what is recorded', async (value) => {
    expect(await read(value)).toMatch(
      /symptom\.value \(broken\): only \.exit and \.status of the symptom are/,
    );
  });

  test('that is compared with such a thing could not, either', async () => {
    expect(await read('steps.symptom.value.exit', { same: 'steps.symptom.value.body' })).toContain(
      'faults[0].symptom.expect.same (broken): only .exit and .status',
    );
  });

  test.each(['steps.symptom.value.status', 'steps.symptom.value.exit + steps.symptom.value.status'])(
    'that reads %s can',
    async (value) => {
      expect(await read(value)).toBe('loaded');
    },
  );
});

describe('a node that the shape does not have', () => {
  const message = 'the shape "three" has no node "worker9"; it has control-plane, worker';
  const wrong = [{ on: 'node/worker9', command: ['true'] }];
  const claim = 'every node has the rules';
  const programmed = { kind: 'programmed', id: 'rules', claim, service: 'cart', on: ['worker', 'worker9'] };
  const answers = { kind: 'answers', id: 'answers', claim, from: 'node/worker9', url: 'http://x/' };
  const change = (until: object[]) => ({ kind: 'change', id: 'change', commands: act, until });
  const symptom = { ...fault.symptom, probe: { ...fault.symptom.probe, from: 'netns/x' } };

  test('is not missed where there is none', async () => {
    expect(await loading({ steps: [ask, change([gate])], faults: [{ ...fault, symptom }] })).toBe('loaded');
  });

  test.each<[string, object]>([
    ['readiness[1].on (rules)', { readiness: [gate, programmed] }],
    ['readiness[0].from (answers)', { readiness: [answers] }],
    ['steps[0].until[0].on (change, rules)', { steps: [change([programmed])] }],
    ['steps[0].until[1].from (change, answers)', { steps: [change([gate, answers])] }],
    [
      'faults[0].symptom.probe.from (broken)',
      { faults: [{ ...fault, symptom: { ...symptom, probe: { from: 'node/worker9', url: 'http://x/' } } }] },
    ],
    ['faults[0].inject[0].on (broken)', { faults: [{ ...fault, inject: wrong }] }],
    ['faults[0].until[0].on (broken, rules)', { faults: [{ ...fault, until: [programmed] }] }],
    ['faults[0].undo[1].on (broken)', { faults: [{ ...fault, undo: [...act, ...wrong] }] }],
    ['faults[0].repaired[0].from (broken, answers)', { faults: [{ ...fault, repaired: [answers] }] }],
  ])('is named at %s', async (where, changes) => {
    expect(await loading(changes)).toContain(`${where}: ${message}`);
  });
});

describe('manifests', () => {
  test('that nothing uses are an error', async () => {
    await write('labs/03-nodeport/manifests/left.yaml', 'kind: Pod\n');
    expect(await loading({})).toContain('manifests/left.yaml is not used by the lab');
  });

  test('may be used by a fault or a step only', async () => {
    await write('labs/03-nodeport/manifests/later.yaml', 'kind: Pod\n');
    const command = ['kubectl', 'apply', '-f', 'manifests/later.yaml'];
    expect(await loading({ steps: [ask, { kind: 'run', id: 'more', on: 'you', command }] })).toBe('loaded');
  });

  test('may be applied on one pod network only', async () => {
    await write('labs/03-nodeport/manifests/flannel.yaml', 'kind: Pod\n');
    const matrix = { proxyMode: ['iptables'], podNetwork: ['kindnet', 'flannel-vxlan'] };
    const manifests = ['cart.yaml', { file: 'flannel.yaml', when: { podNetwork: 'flannel-vxlan' } }];
    expect(await loading({ matrix, manifests })).toBe('loaded');
  });

  test('that are not YAML are named with line and column', async () => {
    await write('labs/03-nodeport/manifests/cart.yaml', 'kind: Service\nspec: {a: [}\n');
    expect(await loading({})).toMatch(/labs\/03-nodeport\/manifests\/cart\.yaml:2:\d+: /);
  });
});
