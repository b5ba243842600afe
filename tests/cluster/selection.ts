/** The published labs, and what of them this run of the cluster suite takes; see scripts/test-labs/select.ts. */
import { seedOf, selectAll, selectForCommit } from '../../scripts/test-labs/select.ts';
import { createExec } from '../../src/host/exec.ts';
import { listLabs, loadLab } from '../../src/lab/load.ts';
import { projectRoot } from './machine.ts';

const exec = createExec({ signal: new AbortController().signal });

export const labs = (
  await Promise.all((await listLabs(projectRoot)).map((id) => loadLab(projectRoot, id)))
).filter(({ draft }) => !draft);

const { stdout: commit } = await exec(['git', '-C', projectRoot, 'rev-parse', 'HEAD'], { accept: 'any' });

export const selection =
  process.env.HOP_CELLS === 'all' ? selectAll(labs) : selectForCommit(labs, seedOf(commit));
