/** A lab, as labs/NN-name/lab.ts exports it. */
import { z } from 'zod';
import { faultSchema } from './fault.ts';
import { gateSchema } from './gate.ts';
import { labIdSchema, proxyModeSchema, type When } from './names.ts';
import { stepSchema } from './step.ts';

export const labSchema = z
  .strictObject({
    id: labIdSchema,
    title: z.string().min(3),
    /** The one question that the lab answers. */
    question: z.string().endsWith('?', 'expected a question that ends with ?'),
    /** Name of a shape in labs/common/shapes.ts. */
    shape: z.string(),
    /** One cell of the matrix a proxy mode; the first is what `lab run` takes. */
    matrix: z.strictObject({ proxyMode: z.array(proxyModeSchema).min(1) }),
    /** Ids in images/catalogue.ts of what the pods run. */
    images: z.array(z.string()).min(1),
    /** Everything is applied here; the namespace is made for the lab and removed with it. */
    namespace: z.string().regex(/^[a-z0-9-]+$/),
    /** Files under manifests/, applied in this order. */
    manifests: z.array(z.string().endsWith('.yaml')).min(1),
    readiness: z.array(gateSchema).min(1),
    steps: z.array(stepSchema).min(1),
    faults: z.array(faultSchema).default([]),
    /** A draft builds and runs, but needs no evidence and is not published. */
    draft: z.boolean().default(false),
  })
  .superRefine((lab, context) => {
    // In one cell every id names one thing. Two cells may give the same id to what plays the same part in each.
    for (const mode of lab.matrix.proxyMode) {
      const seen = new Set<string>();
      const claim = (id: string, what: string, path: (string | number)[]) => {
        const known = `${what}/${id}`;
        if (seen.has(known)) {
          context.addIssue({
            code: 'custom',
            path,
            message: `the ${what} id "${id}" is used twice in ${mode} mode`,
          });
        }
        seen.add(known);
      };
      const isAbout = ({ when }: { when?: When | undefined }) => (when?.proxyMode ?? mode) === mode;
      for (const { step, path } of walkSteps(lab.steps)) {
        if (!isAbout(step)) continue;
        claim(step.id, 'step', [...path, 'id']);
        for (const [index, check] of step.checks.entries()) {
          if (isAbout(check)) claim(check.id, 'check', [...path, 'checks', index, 'id']);
        }
      }
      for (const [index, fault] of lab.faults.entries()) {
        if (isAbout(fault)) claim(fault.id, 'fault', ['faults', index, 'id']);
      }
    }
  });
export type Lab = z.infer<typeof labSchema>;
/** What an author writes: fields with a default may be left out. */
export type LabInput = z.input<typeof labSchema>;

/** Every step, those inside a capture too, with its path for error messages. */
export function* walkSteps(
  steps: Lab['steps'],
  at: (string | number)[] = ['steps'],
): Generator<{ step: Lab['steps'][number]; path: (string | number)[] }> {
  for (const [index, step] of steps.entries()) {
    yield { step, path: [...at, index] };
    if (step.kind === 'capture') yield* walkSteps(step.during, [...at, index, 'during']);
  }
}
