/** Makes evidence of a run: what was seen, on what, and nothing that names the machine it ran on. */

import type { Versions } from '../../cluster/versions.ts';
import type { Provenance } from '../../host/images/provenance.ts';
import type { Session } from '../run/session.ts';
import { proxyModeSchema } from '../schema/names.ts';
import { type Evidence, evidenceSchemaVersion } from './schema.ts';
import { sealed, type Unsealed, unsealedSchema } from './seal.ts';

export interface RecordedOn {
  readonly versions: Versions;
  readonly provenance: readonly Provenance[];
  /** See src/lab/definition.ts. */
  readonly definition: string;
  readonly at: Date;
}

/**
 * @param clean removes what belongs to the recording machine from a text
 */
export function toEvidence(session: Session, on: RecordedOn, clean: (text: string) => string): Evidence {
  const { versions } = on;
  const evidence: Unsealed = {
    schema: evidenceSchemaVersion,
    lab: session.lab.id,
    cell: session.at.cell,
    recordedAt: on.at.toISOString().replace(/\.\d+Z$/, 'Z'),
    on: {
      kubernetes: versions.kubernetes,
      kind: versions.kind,
      proxyMode: proxyModeSchema.parse(versions.proxyMode),
      kernel: versions.kernel,
      containerd: versions.containerd,
      docker: versions.docker,
      architecture: versions.architecture,
      images: [...on.provenance],
    },
    definition: on.definition,
    facts: session.initial,
    gates: session.gates,
    steps: session.steps,
    checks: session.checks,
    faults: session.faults,
    traces: session.traces,
  };
  // The name of a cluster ends in the id of its run: in evidence it is only `hop-3n`.
  const shape = session.cluster.name.replace(/-[^-]+$/, '');
  const text = JSON.stringify(evidence).replaceAll(session.cluster.name, shape);
  return sealed(unsealedSchema.parse(JSON.parse(clean(text))));
}

/** One line an object on the outer levels, so that a diff of two recordings can be read. */
export const formatEvidence = (evidence: Evidence): string => `${JSON.stringify(evidence, null, 1)}\n`;
