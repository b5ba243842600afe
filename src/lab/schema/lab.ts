/** A lab, as labs/NN-name/lab.ts exports it. */
import { z } from 'zod';
import { podNetworkNames } from '../../cluster/shape.ts';
import { cellsOfMatrix, isAbout } from './cell.ts';
import { faultSchema } from './fault.ts';
import { gateSchema } from './gate.ts';
import { labIdSchema, podNetworkSchema, proxyModeSchema, whenSchema } from './names.ts';
import { stepSchema } from './step.ts';

/** Without `podNetwork` there is kindnet only. A network may be limited to some of the modes. */
const matrixSchema = z
  .strictObject({
    proxyMode: z.array(proxyModeSchema).min(1),
    podNetwork: z
      .array(
        z.union(
          [
            podNetworkSchema,
            z.strictObject({ name: podNetworkSchema, proxyModes: z.array(proxyModeSchema).min(1) }),
          ],
          `expected ${podNetworkNames.join(', ')}, or { name, proxyModes }`,
        ),
      )
      .min(1)
      .optional(),
  })
  .superRefine((matrix, context) => {
    const cells = cellsOfMatrix(matrix);
    const twice = cells.find(({ id }, index) => cells.findIndex((cell) => cell.id === id) < index);
    if (twice !== undefined) {
      context.addIssue({ code: 'custom', path: ['podNetwork'], message: `has the cell ${twice.id} twice` });
    }
    const foreign = cells.find(({ proxyMode }) => !matrix.proxyMode.includes(proxyMode));
    if (foreign !== undefined) {
      context.addIssue({
        code: 'custom',
        path: ['podNetwork'],
        message: `has the cell ${foreign.id}, but proxyMode has no ${foreign.proxyMode}`,
      });
    }
  });

const manifestFileSchema = z.string().endsWith('.yaml');

export const labSchema = z
  .strictObject({
    id: labIdSchema,
    title: z.string().min(3),
    /** The one question that the lab answers. */
    question: z.string().endsWith('?', 'expected a question that ends with ?'),
    /** Name of a shape in labs/common/shapes.ts. */
    shape: z.string(),
    /** Each proxy mode on each pod network is a cell; the first is what `lab run` takes. */
    matrix: matrixSchema,
    /** Ids in images/catalogue.ts of what the pods run. */
    images: z.array(z.string()).min(1),
    /** Everything is applied here; the namespace is made for the lab and removed with it. */
    namespace: z.string().regex(/^[a-z0-9-]+$/),
    /** Files under manifests/, applied in this order before the steps; one with a `when` only in the cells it is about. */
    manifests: z
      .array(z.union([manifestFileSchema, z.strictObject({ file: manifestFileSchema, when: whenSchema })]))
      .min(1),
    /** Awaited before the steps. In a cluster without a pod network, pods stay Pending until a step has made one. */
    readiness: z.array(gateSchema).min(1),
    steps: z.array(stepSchema).min(1),
    faults: z.array(faultSchema).default([]),
    /** A draft runs, and `npm run dev` shows its page; it needs no evidence, and the build leaves it out. */
    draft: z.boolean().default(false),
  })
  .superRefine((lab, context) => {
    // In one cell every id names one thing. Two cells may give the same id to what plays the same part in each.
    for (const cell of cellsOfMatrix(lab.matrix)) {
      const seen = new Set<string>();
      const claim = (id: string, what: string, path: (string | number)[]) => {
        const known = `${what}/${id}`;
        if (seen.has(known)) {
          context.addIssue({
            code: 'custom',
            path,
            message: `the ${what} id "${id}" is used twice in the cell ${cell.id}`,
          });
        }
        seen.add(known);
      };
      for (const { step, path } of walkSteps(lab.steps)) {
        if (!isAbout(step, cell)) continue;
        claim(step.id, 'step', [...path, 'id']);
        for (const [index, check] of step.checks.entries()) {
          if (isAbout(check, cell)) claim(check.id, 'check', [...path, 'checks', index, 'id']);
        }
      }
      for (const [index, fault] of lab.faults.entries()) {
        if (isAbout(fault, cell)) claim(fault.id, 'fault', ['faults', index, 'id']);
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
