/** `lab setup`, `lab prefetch`: what labs need on this machine. */
import { type ExitCode, exitCodes } from '../../src/host/errors.ts';
import { pinDigests } from '../../src/host/images/pin.ts';
import { engineNote, undoSetup } from '../../src/host/setup/undo.ts';
import { listLabs, loadLab } from '../../src/lab/load.ts';
import { prepareMachine } from '../../src/lab/run/machine.ts';
import type { CommandContext } from './context.ts';

/** Docker engine, kind, kubectl, and the node image with the workloads of all labs, or of one. */
export async function setup(context: CommandContext, name: string | undefined): Promise<ExitCode> {
  const { hosts, consent, options, projectRoot, print } = context;
  if (options.undo) {
    const undone = await undoSetup(hosts.host, consent);
    print(
      undone === undefined ? 'setup had changed nothing on this machine' : 'what setup did is taken back',
    );
    return exitCodes.passed;
  }
  const machine = await prepareMachine(hosts.host, consent);
  if (options.pin) {
    const pins = await pinDigests(hosts.host, new Date().toISOString().slice(0, 10));
    for (const { reference, digest } of pins) print(`pinned ${reference} to ${digest}`);
    if (pins.length === 0) print('every image that is pulled has a digest already');
  }
  const ids = name === undefined ? await listLabs(projectRoot) : [name];
  const labs = await Promise.all(ids.map((id) => loadLab(projectRoot, id)));
  const sets = new Set(labs.map((lab) => [...lab.images].sort().join(' ')));
  for (const images of sets) {
    const { ref } = await machine.nodeImage(images.split(' '));
    print(`ready: ${ref} (${images})`);
  }
  const engine = await engineNote(hosts.host);
  if (engine !== undefined) print(engine);
  return exitCodes.passed;
}
