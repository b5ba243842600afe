/** What labs say about a trace: expressions over its value, and the two checks that hold for every one. */

/** A field of the value of a trace step. */
export const value = (step: string, field: string) => `steps.\`${step}\`.value.${field}`;

/** How many hops of one way have the word in their id. */
export const counts = (step: string, way: 'request' | 'reply', word: string) =>
  `$count(${value(step, `${way}.hops`)}[$contains($, '${word}')])`;

/** The trace is the one that was predicted, and the kernel itself reported every hop of it. */
export const asPredicted = (step: string, what: string) => [
  {
    id: `${step}-as-predicted`,
    claim: `${what}: request and answer take the way that the Service’s objects predict.`,
    value: value(step, 'verdict'),
    expect: { equals: 'equal' },
  },
  {
    id: `${step}-all-observed`,
    claim: `${what}: the kernel itself reported the packet at every hop.`,
    value: `${value(step, 'observed')} = ${value(step, 'hops')} and ${value(step, 'hops')} > 0`,
    expect: { equals: true },
  },
];
