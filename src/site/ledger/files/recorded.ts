/** Every probe that a lab has recorded, with the names of its files. */
import { listLabs } from '../../../lab/load.ts';
import { recordedLab } from '../../evidence/lab.ts';
import { projectRoot } from '../../evidence/project.ts';
import { findProbe, probesOf, type RecordedProbe } from '../probe.ts';

export interface ProbeFile {
  readonly params: { readonly lab: string; readonly probe: string; readonly cell: string };
  readonly props: { readonly recorded: RecordedProbe };
}

/** Labs without evidence that holds have none; a page that needs it ends the build. */
export async function probeFiles(): Promise<ProbeFile[]> {
  const labs = await Promise.all((await listLabs(projectRoot())).map((id) => recordedLab(id, 'draft')));
  return labs.flatMap((lab) =>
    probesOf(lab.lab)
      .filter((probe) => lab.cells.some(({ traces }) => traces[probe] !== undefined))
      .flatMap((probe) =>
        findProbe(lab, probe).map((recorded) => ({
          params: { lab: lab.lab.id, probe, cell: recorded.cell.cell },
          props: { recorded },
        })),
      ),
  );
}
