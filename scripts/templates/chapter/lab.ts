import { defineLab } from '../../../src/lab/define.ts';

export default defineLab({
  id: '00-template',
  title: 'TODO: two or three words',
  question: 'TODO: which one question does this lab answer?',
  shape: 'three-nodes',
  matrix: { proxyMode: ['iptables', 'nftables'] },
  images: ['agnhost'],
  namespace: 'template',
  manifests: ['app.yaml'],
  readiness: [
    {
      kind: 'endpoints',
      id: 'endpoint',
      claim: 'The Service app has one ready endpoint.',
      service: 'app',
      ready: 1,
    },
    {
      kind: 'programmed',
      id: 'programmed',
      claim: 'Every node has rules for the Service app.',
      service: 'app',
      on: ['control-plane', 'worker', 'worker2'],
    },
    {
      kind: 'answers',
      id: 'answers',
      claim: 'The client gets an answer from worker.',
      from: 'client',
      url: 'http://{{ nodes.worker.ip }}:30080/healthz',
    },
  ],
  steps: [
    {
      kind: 'probe',
      id: 'ask',
      say: 'TODO: one sentence that says what we look at, and why.',
      from: 'client',
      url: 'http://{{ nodes.worker.ip }}:30080/hostname',
      checks: [
        // TODO: at least one check. It proves a claim of the chapter, and looks like this:
        // {
        //   id: 'worker-answers',
        //   claim: 'A node that has no pod of the Service answers on its nodePort.',
        //   value: 'steps.ask.value.status',
        //   expect: { equals: 200 },
        // },
      ],
    },
  ],
  // Needs no evidence and is not published. Set it to false here and in the chapter when the lab is recorded.
  draft: true,
});
