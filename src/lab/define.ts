/** What a lab file imports. */
import type { LabInput } from './schema/lab.ts';

/** Types a lab definition. It is validated when it is loaded, so that the error can name file and field. */
export function defineLab(lab: LabInput): LabInput {
  return lab;
}
