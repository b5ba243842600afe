/** One run of each kind of event, for the tests of the reporters. */
import type { LabEvent } from '../events.ts';

const at = { lab: '03-nodeport', cell: 'iptables' };
const passed = { step: 'ask', scope: 'always', expected: '200', saw: 200, verdict: 'passed' } as const;
const ask = 'docker exec client curl http://172.31.77.4:30080/';
const ls = 'docker exec worker2 ss -ltn';

export const sampleRun: readonly LabEvent[] = [
  { type: 'run-start', labs: [at], replayed: false },
  { type: 'task-start', id: 'kind', label: 'kind v0.33.0' },
  { type: 'task-end', id: 'kind', label: 'kind v0.33.0', outcome: 'done', durationMs: 3 },
  { type: 'task-start', id: 'node', label: 'node image' },
  { type: 'task-progress', id: 'node', detail: 'compiling kubelet' },
  {
    type: 'task-end',
    id: 'node',
    label: 'node image',
    outcome: 'done',
    durationMs: 152_000,
    detail: 'built',
  },
  { type: 'note', text: 'This machine has cgroup v1.' },
  {
    type: 'cell-start',
    at,
    title: 'NodePort',
    question: 'Who answered?',
    proxyMode: 'iptables',
    podNetwork: 'kindnet',
  },
  { type: 'gate-start', id: 'ready', claim: 'the Service cart has one ready endpoint' },
  {
    type: 'gate',
    record: { id: 'ready', claim: 'the Service cart has one ready endpoint', verdict: 'passed', saw: '1' },
    durationMs: 1_200,
  },
  {
    type: 'step-start',
    step: {
      kind: 'run',
      id: 'sockets',
      say: 'A server that waits has a listening socket.',
      on: 'node/worker2',
      command: ['ss', '-ltn'],
      accept: [0],
      parse: 'text',
      compare: 'output',
      timeoutS: 30,
      checks: [],
    },
  },
  { type: 'command', on: 'node/worker2', shown: ls },
  {
    type: 'output',
    record: {
      shown: ls,
      exit: 0,
      out: Array.from({ length: 15 }, (_, line) => `socket ${line}`).join('\n'),
      err: '',
    },
  },
  { type: 'step-end', record: { id: 'sockets', kind: 'run', commands: [], value: null }, durationMs: 90 },
  { type: 'check', record: { ...passed, id: 'no-listener', claim: 'no socket on worker2 has port 30080' } },
  { type: 'command', on: 'client', shown: ask },
  {
    type: 'output',
    record: { shown: ask, exit: 28, out: '', err: '\u001b[31mcurl: (28)\u001b[0m timed out\r\n' },
  },
  {
    type: 'check',
    record: {
      ...passed,
      id: 'all-answer',
      claim: 'a node without a pod answers',
      verdict: 'failed',
      saw: 'a\nb',
    },
  },
  {
    type: 'check',
    record: {
      ...passed,
      id: 'counters',
      claim: 'each rule rises by one',
      scope: 'kube-proxy:iptables',
      verdict: 'skipped',
      reason: 'no counters here',
    },
  },
  {
    type: 'fault',
    record: { id: 'wrong-selector', verdict: 'passed', baseline: 200, symptom: 7, repaired: 200 },
    durationMs: 8_000,
  },
  {
    type: 'fault',
    record: {
      id: 'wrong-port',
      verdict: 'failed',
      baseline: 200,
      symptom: 200,
      repaired: null,
      reason: 'the symptom did not show',
    },
    durationMs: 8_000,
  },
  { type: 'cell-end', at, totals: { passed: 3, failed: 2, skipped: 1 }, durationMs: 61_000, exitCode: 1 },
  {
    type: 'run-end',
    totals: { passed: 3, failed: 2, skipped: 1 },
    durationMs: 98_000,
    exitCode: 1,
    stays: ['the Docker engine; `npm run lab setup -- --undo` removes it'],
    fenced: 2,
  },
];
