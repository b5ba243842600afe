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
    {
      kind: 'trace',
      id: 'follow',
      say: 'TODO: the same request, at every place where the kernel saw or changed it.',
      from: 'client',
      url: 'http://{{ nodes.worker.ip }}:30080/hostname',
      checks: [
        // TODO: what is true of the path, like this:
        // {
        //   id: 'as-predicted',
        //   claim: 'Request and answer take the way that the Service’s objects predict.',
        //   value: 'steps.follow.value.verdict',
        //   expect: { equals: 'equal' },
        // },
      ],
    },
  ],
  faults: [
    // TODO: a break that a reader has to find (every field: src/lab/schema/fault.ts), like this:
    // {
    //   id: 'refused',
    //   symptom: {
    //     text: 'curl from the client to port 30080 of worker is refused at once.',
    //     probe: { from: 'client', url: 'http://{{ nodes.worker.ip }}:30080/hostname' },
    //     value: 'steps.symptom.value.exit',
    //     expect: { equals: 7 },
    //   },
    //   inject: [
    //     { on: 'you', command: ['kubectl', 'patch', 'service', 'app', '-p', '{"spec":{"selector":{"app":"ap"}}}'] },
    //   ],
    //   until: [
    //     { kind: 'endpoints', id: 'none', claim: 'The Service has no endpoint.', service: 'app', ready: 0 },
    //     { kind: 'programmed', id: 'refuses', claim: 'worker refuses the port.', service: 'app', on: ['worker'] },
    //   ],
    //   endsAt: 'forward.entry-node.input.rejected',
    //   hints: ['Who said no: the node that was asked, or the pod?', 'Compare what the Service wants with what runs.'],
    //   answer: 'The selector of the Service says app=ap, and no pod has that label: a rule of the node refuses the port.',
    //   undo: [{ on: 'you', command: ['kubectl', 'apply', '-f', 'labs/00-template/manifests/app.yaml'] }],
    //   repaired: [
    //     { kind: 'endpoints', id: 'again', claim: 'The Service has its endpoint.', service: 'app', ready: 1 },
    //     { kind: 'programmed', id: 'sends', claim: 'worker sends to it again.', service: 'app', on: ['worker'] },
    //   ],
    // },
  ],
  // Needs no evidence and is not published. Set it to false here and in the chapter when the lab is recorded.
  draft: true,
});
