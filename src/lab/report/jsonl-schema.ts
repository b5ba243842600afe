/** What a line of `--reporter jsonl` is. */
import { z } from 'zod';
import { exitCodes } from '../../host/errors.ts';
import type { LabEvent } from '../events.ts';
import {
  checkRecordSchema,
  commandRecordSchema,
  faultRecordSchema,
  gateRecordSchema,
  stepRecordSchema,
} from '../evidence/schema.ts';
import { idSchema, labIdSchema, placeSchema, podNetworkSchema, proxyModeSchema } from '../schema/names.ts';
import { stepSchema } from '../schema/step.ts';

const envelope = {
  /** Raised when a field changes its meaning or goes. */
  schema: z.literal(1),
  /** ISO 8601, UTC. */
  time: z.iso.datetime(),
};
const at = z.strictObject({ lab: labIdSchema, cell: z.string() });
const durationMs = z.number().nonnegative();
const exitCode = z.literal(Object.values(exitCodes));
const totals = z.strictObject({
  passed: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  skipped: z.int().nonnegative(),
});

const event = <Type extends LabEvent['type'], Shape extends z.ZodRawShape>(type: Type, shape: Shape) =>
  z.strictObject({ ...envelope, type: z.literal(type), ...shape });

export const eventLineSchema = z.discriminatedUnion('type', [
  event('task-start', { id: z.string(), label: z.string() }),
  event('task-progress', { id: z.string(), detail: z.string() }),
  event('task-end', {
    id: z.string(),
    label: z.string(),
    outcome: z.enum(['done', 'failed']),
    durationMs,
    detail: z.string().optional(),
  }),
  event('note', { text: z.string() }),
  event('run-start', { labs: z.array(at), replayed: z.boolean(), recordedAt: z.string().optional() }),
  event('cell-start', {
    at,
    title: z.string(),
    question: z.string(),
    proxyMode: proxyModeSchema,
    podNetwork: podNetworkSchema,
    recordedAt: z.string().optional(),
  }),
  event('command', { on: placeSchema, shown: z.string() }),
  event('output', { record: commandRecordSchema }),
  event('step-start', { step: stepSchema }),
  event('step-end', { record: stepRecordSchema, durationMs }),
  event('gate-start', { id: idSchema, claim: z.string() }),
  event('gate', { record: gateRecordSchema, durationMs }),
  event('check', { record: checkRecordSchema }),
  event('fault', { record: faultRecordSchema, durationMs }),
  event('cell-end', { at, totals, durationMs, error: z.string().optional(), exitCode }),
  event('run-end', {
    totals,
    durationMs,
    exitCode,
    error: z.string().optional(),
    stays: z.array(z.string()),
    fenced: z.int().nonnegative(),
  }),
]);

export type EventLine = LabEvent & { readonly schema: 1; readonly time: string };
