/** A manifest broken by hand never passes, and the run says at which gate or command, and why. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHosts } from '../../scripts/hosts.ts';
import { exitCodes } from '../../src/host/errors.ts';
import { openJournal } from '../../src/host/journal.ts';
import { loadLab } from '../../src/lab/load.ts';
import { type Acquired, acquireCluster } from '../../src/lab/run/acquire.ts';
import { chooseCells, groupCells } from '../../src/lab/run/cells.ts';
import { runLab } from '../../src/lab/run/lab.ts';
import { prepareMachine } from '../../src/lab/run/machine.ts';
import { removeWorkload } from '../../src/lab/run/workload.ts';

const breaks = [
  {
    name: 'a selector that no pod has',
    file: 'service.yaml',
    change: ['    app: cart\n  ports', '    app: kart\n  ports'],
    exitCode: exitCodes.checkFailed,
    says: /gate endpoint:.*ready endpoints: none/,
  },
  {
    name: 'a targetPort on which nothing listens',
    file: 'service.yaml',
    change: ['targetPort: 8080', 'targetPort: 8081'],
    exitCode: exitCodes.checkFailed,
    says: /gate answers:.*port 30080/,
  },
  {
    name: 'another nodePort',
    file: 'service.yaml',
    change: ['nodePort: 30080', 'nodePort: 30083'],
    exitCode: exitCodes.checkFailed,
    says: /gate answers:.*port 30080/,
  },
  {
    name: 'a nodePort outside of the range',
    file: 'service.yaml',
    change: ['nodePort: 30080', 'nodePort: 80'],
    exitCode: exitCodes.checkFailed,
    says: /kubectl apply.*not in the valid range/s,
  },
  {
    name: 'an image that can’t be had',
    file: 'cart.yaml',
    change: ['agnhost:2.66.1', 'agnhost:0.0.0-nowhere'],
    exitCode: exitCodes.provisioning,
    says: /image registry\.k8s\.io\/e2e-test-images\/agnhost:0\.0\.0-nowhere can't be had/,
  },
] as const;

const { host, cleanup } = createHosts({ env: process.env, notify: () => {} });
let acquired: Acquired;
let project: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'hop-broken-'));
  const lab = await loadLab(host.paths.project, '03-nodeport');
  const [group] = groupCells(chooseCells(lab, { proxyMode: 'first', podNetwork: 'first' }));
  if (group === undefined) throw new Error('the lab has no cells');
  const machine = await prepareMachine(host, async () => false);
  acquired = await acquireCluster(host, cleanup, await openJournal(host), machine, group, false);
});

afterAll(async () => {
  await acquired?.release('remove');
  await rm(project, { recursive: true, force: true });
});

test.each(breaks)('$name', async ({ file, change: [from, to], exitCode, says }) => {
  const folder = join(project, 'labs/03-nodeport/manifests');
  await cp(join(host.paths.project, 'labs/03-nodeport/manifests'), folder, { recursive: true });
  const text = await readFile(join(folder, file), 'utf8');
  expect(text).toContain(from);
  await writeFile(join(folder, file), text.replace(from, to));

  const loaded = await loadLab(host.paths.project, '03-nodeport');
  // A gate that can't open is given up sooner than a reader would; the time of its opening is seconds. That an image
  // can't be had is known only when the node has asked for its registry's name in vain: 20 s.
  const short = exitCode === exitCodes.checkFailed ? { timeoutS: 25 } : {};
  const lab = { ...loaded, readiness: loaded.readiness.map((gate) => ({ ...gate, ...short })) };
  const inProject = { ...host, paths: { ...host.paths, project } };
  const at = { lab: lab.id, cell: 'iptables' };
  const start = { host: inProject, cluster: acquired.cluster, lab, at, report: () => {} };
  const result = await runLab(start, { faults: [], until: undefined, workload: 'new' });
  expect(result.error).toMatch(says);
  expect(result.exitCode).toBe(exitCode);
  expect(result.totals.skipped).toBeGreaterThan(0);
  await removeWorkload(result.session);
});
