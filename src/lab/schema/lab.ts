/** A lab, as labs/NN-name/lab.ts exports it. */
import { z } from 'zod';
import { faultSchema } from './fault.ts';
import { gateSchema } from './gate.ts';
import { labIdSchema, proxyModeSchema } from './names.ts';
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
    const seen = new Map<string, string>();
    const claim = (id: string, what: string, path: (string | number)[]) => {
      const before = seen.get(`${what}/${id}`);
      if (before !== undefined) {
        context.addIssue({ code: 'custom', path, message: `the ${what} id "${id}" is used twice` });
      }
      seen.set(`${what}/${id}`, id);
    };
    for (const { step, path } of walkSteps(lab.steps)) {
      claim(step.id, 'step', [...path, 'id']);
      step.checks.forEach((check, index) => {
        claim(check.id, 'check', [...path, 'checks', index, 'id']);
      });
    }
    lab.faults.forEach((fault, index) => {
      claim(fault.id, 'fault', ['faults', index, 'id']);
    });
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
