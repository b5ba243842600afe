/**
 * A fault: a break that a reader has to find. It proves itself: the baseline passes, the symptom shows after
 * the injection, and the baseline passes again after the undo. Anything else is a failing test.
 */
import { z } from 'zod';
import { expectationSchema } from './check.ts';
import { gateSchema } from './gate.ts';
import { expressionSchema, idSchema, placeSchema, templateSchema, whenSchema } from './names.ts';

const actionSchema = z.strictObject({ on: placeSchema, command: z.array(templateSchema).min(1) });
export type FaultAction = z.infer<typeof actionSchema>;

const probeSchema = z.strictObject({
  from: placeSchema,
  url: templateSchema,
  timeoutS: z.int().positive().default(3),
});

export const faultSchema = z.strictObject({
  id: idSchema,
  when: whenSchema.optional(),
  /** What the reader is told: what the client sees, never where or why. */
  symptom: z.strictObject({
    text: z.string().min(10),
    /** Asked before, during and after. */
    probe: probeSchema,
    /** Judged with the fault in place; the answer is `steps.symptom.value`, for instance `.exit`. */
    value: expressionSchema,
    expect: expectationSchema,
  }),
  inject: z.array(actionSchema).min(1),
  /** What must be in place before the symptom is asked for. */
  until: z.array(gateSchema).default([]),
  /**
   * Id of the hop where the trace must end or diverge, `forward.entry-node.input.rejected`; its words are in
   * src/trace/hop.ts. The traced client must get the same exit and status as the symptom's.
   */
  endsAt: z.string(),
  /** From vague to close; each says where to look, never the command or the cause. */
  hints: z.array(z.string().min(10)).min(2),
  /** The cause and how one sees it; shown by `lab answer`. */
  answer: z.string().min(20),
  undo: z.array(actionSchema).min(1),
  /** What must be true again after the undo. */
  repaired: z.array(gateSchema).min(1),
});
export type Fault = z.infer<typeof faultSchema>;
