/** What `lab record` writes for one cell: labs/NN-name/evidence/<cell>.json. Chapters show nothing else. */
import { z } from 'zod';
import { provenanceSchema } from '../../host/images/provenance.ts';
import { traceSchema } from '../../trace/trace.ts';
import { idSchema, labIdSchema, proxyModeSchema } from '../schema/names.ts';

/** Raised when a field changes its meaning or goes; readers refuse what they don't know. */
export const evidenceSchemaVersion = 1;

/** What was there when a step ran: names and addresses by role. */
export const factsSchema = z.strictObject({
  /** Its name, which its containers have as a prefix, and the image of its nodes. Not in the oldest recordings. */
  cluster: z.strictObject({ name: z.string(), image: z.string() }).exactOptional(),
  client: z.strictObject({ name: z.string(), ip: z.string() }),
  nodes: z.record(
    z.string(),
    z.strictObject({
      name: z.string(),
      ip: z.string(),
      podCIDR: z.string().optional(),
      /** The node end of its pods' veth pairs (`ptp`): what a pod on this node sees after masquerade. */
      podSideIp: z.string().optional(),
    }),
  ),
  pods: z.array(
    z.strictObject({
      name: z.string(),
      /** Value of the label `app`. */
      app: z.string(),
      /** Role of its node. */
      node: z.string(),
      ip: z.string(),
      ready: z.boolean(),
    }),
  ),
  services: z.record(
    z.string(),
    z.strictObject({
      clusterIP: z.string(),
      ports: z.array(
        z.strictObject({
          port: z.number(),
          targetPort: z.union([z.number(), z.string()]),
          nodePort: z.number().optional(),
        }),
      ),
    }),
  ),
});
export type Facts = z.infer<typeof factsSchema>;

export const verdictSchema = z.enum(['passed', 'failed', 'skipped']);
export type Verdict = z.infer<typeof verdictSchema>;

/** A command as a person would type it, and what it printed. */
export const commandRecordSchema = z.strictObject({
  /** Node and cluster names without the run's id. */
  shown: z.string(),
  exit: z.int(),
  out: z.string(),
  err: z.string(),
});
export type CommandRecord = z.infer<typeof commandRecordSchema>;

export const stepRecordSchema = z.strictObject({
  id: idSchema,
  kind: z.enum(['say', 'run', 'probe', 'trace', 'change', 'capture']),
  /** The step whose capture was running meanwhile. */
  within: idSchema.optional(),
  commands: z.array(commandRecordSchema),
  /** What checks look at; see the step's `parse`. */
  value: z.json(),
  /** Facts after this step; only where it may have changed them. */
  facts: factsSchema.optional(),
});
export type StepRecord = z.infer<typeof stepRecordSchema>;

export const checkRecordSchema = z.strictObject({
  id: idSchema,
  /** Step that the check belongs to. */
  step: idSchema,
  claim: z.string(),
  scope: z.string(),
  verdict: verdictSchema,
  /** `expected` and `saw` are what a failure prints; `saw` is what a chapter may quote. */
  expected: z.string(),
  saw: z.json(),
  /** Why it was skipped. */
  reason: z.string().optional(),
});
export type CheckRecord = z.infer<typeof checkRecordSchema>;

export const gateRecordSchema = z.strictObject({
  id: idSchema,
  claim: z.string(),
  verdict: verdictSchema,
  /** The last thing seen. */
  saw: z.string(),
});
export type GateRecord = z.infer<typeof gateRecordSchema>;

export const faultRecordSchema = z.strictObject({
  id: idSchema,
  verdict: verdictSchema,
  baseline: z.json(),
  symptom: z.json(),
  repaired: z.json(),
  reason: z.string().optional(),
});
export type FaultRecord = z.infer<typeof faultRecordSchema>;

export const evidenceSchema = z.strictObject({
  schema: z.literal(evidenceSchemaVersion),
  lab: labIdSchema,
  /** `iptables`, `nftables`: the file's name. */
  cell: z.string(),
  /** ISO 8601, UTC, to the second. */
  recordedAt: z.string(),
  on: z.strictObject({
    kubernetes: z.string(),
    kind: z.string(),
    /** As kube-proxy itself says at /proxyMode, not what was asked for. */
    proxyMode: proxyModeSchema,
    kernel: z.string(),
    containerd: z.string(),
    docker: z.string(),
    architecture: z.string(),
    images: z.array(provenanceSchema),
  }),
  /** sha256 of the lab's definition: lab.ts as data, manifests, cluster shape. Other hash: record again. */
  definition: z.string().regex(/^[0-9a-f]{64}$/),
  facts: factsSchema,
  gates: z.array(gateRecordSchema),
  steps: z.array(stepRecordSchema),
  checks: z.array(checkRecordSchema),
  faults: z.array(faultRecordSchema),
  /** By step: what was observed; under `STEP-predicted` what was predicted; under `fault-ID` with the fault in place. */
  traces: z.record(z.string(), z.array(traceSchema)),
  /** sha256 of all the rest: see seal.ts. */
  seal: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Evidence = z.infer<typeof evidenceSchema>;
