/** A check: a claim in words, and an assertion on what was captured that decides whether it is true. */
import { z } from 'zod';
import { expressionSchema, idSchema, whenSchema } from './names.ts';

/** What the value must be. */
const expectations = [
  /** Equal to this JSON value. */
  z.strictObject({ equals: z.json() }),
  /** Equal to the value of another expression. */
  z.strictObject({ same: expressionSchema }),
  /** One of the values of another expression. */
  z.strictObject({ in: expressionSchema }),
  /** A string that matches this regular expression. */
  z.strictObject({ matches: z.string() }),
  /** A string that does not match it. Another check must have seen it match, or lint warns that this one proves little. */
  z.strictObject({ lacks: z.string() }),
  z.strictObject({ atLeast: z.number(), atMost: z.number().optional() }),
] as const;

/** Exactly one word, so that a failure can say "expected …, saw …". */
export const expectationSchema = z.union(
  expectations,
  `expected one of the fields ${expectations.map(({ shape }) => Object.keys(shape)[0]).join(', ')}`,
);
export type Expectation = z.infer<typeof expectationSchema>;

/** Where the claim holds: for all clusters, for one proxy mode, for one pod network, since a version. */
export const scopeSchema = z
  .string()
  .regex(
    /^(always|kube-proxy:(iptables|nftables)|cni:[a-z-]+|since v1\.\d+)$/,
    'expected always, kube-proxy:MODE, cni:NAME or since v1.NN',
  );

export const checkSchema = z.strictObject({
  id: idSchema,
  /** The claim as a sentence. Chapters cite it: `<Proved by="03-nodeport/every-node-answers">`. */
  claim: z.string().min(10),
  /** The value that is judged, for instance `steps.ask.value.status`. */
  value: expressionSchema,
  expect: expectationSchema,
  scope: scopeSchema.default('always'),
  when: whenSchema.optional(),
});
export type Check = z.infer<typeof checkSchema>;
