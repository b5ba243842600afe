/** A Docker engine that labs can use: the one that is there, or one that we set up after a yes. */
import { access } from 'node:fs/promises';
import { type Capability, copesWithMissing } from '../capabilities.ts';
import type { Consent } from '../consent.ts';
import { askDocker, type DockerFacts, type DockerState } from '../docker.ts';
import { endpointOf, explainDocker, otherEndpoint } from '../docker-problems.ts';
import { MachineError } from '../errors.ts';
import { task } from '../events.ts';
import { findProgram, findPrograms } from '../find-program.ts';
import type { Host } from '../host.ts';
import { startDockerd } from './dockerd.ts';
import {
  type EngineRecord,
  engineFolder,
  nothingDone,
  readEngineRecord,
  writeEngineRecord,
} from './engine-record.ts';
import { readForwarding } from './forwarding.ts';
import { readMissingCapabilities } from './missing-capabilities.ts';
import { installCommands, installPackages } from './packages.ts';

export interface DockerEngine {
  readonly facts: DockerFacts;
  /** What containers on this engine can't have. */
  readonly missingCapabilities: readonly Capability[];
}

/** Debian's engine and what it and the fence need; the daemon does not start without an iptables command. */
export const enginePackages = ['docker.io', 'iptables', 'iproute2', 'ca-certificates'];

const setupCommand = 'npm run lab setup -- --yes';

/**
 * Uses the Docker engine that answers, and never touches its configuration. Where none does, installs Debian's
 * and starts it, after consent for each of the two.
 *
 * @throws MachineError when there is no engine and no way to one, or no consent
 */
export async function ensureDocker(host: Host, consent: Consent): Promise<DockerEngine> {
  const [docker, record, missing] = await Promise.all([
    askDocker(host),
    readEngineRecord(host.paths),
    readMissingCapabilities(host.env),
  ]);
  if (docker.state === 'reachable') return accept(docker.facts, missing);
  await refuseWhatWeCannotStart(host, docker);
  return startEngine(host, consent, await ensureInstalled(host, consent, record), missing);
}

/** The engine, unless it is somebody else's and can't run the privileged containers that kind nodes are. */
export function accept(facts: DockerFacts, missing: readonly Capability[]): DockerEngine {
  if (missing.length > 0 && !copesWithMissing(facts)) {
    throw new MachineError(
      `this machine has not the ${missing.length === 1 ? 'capability' : 'capabilities'} ${missing.join(', ')}, and ` +
        'the Docker engine that runs here starts no privileged containers without; kind needs them',
      `stop this engine and run \`${setupCommand}\`: it starts one that takes the missing capabilities out`,
    );
  }
  return { facts, missingCapabilities: missing };
}

/** Ends with a remedy where starting an engine is not ours to do. */
async function refuseWhatWeCannotStart(
  host: Host,
  docker: Exclude<DockerState, { state: 'reachable' }>,
): Promise<void> {
  const cause = docker.state === 'no client' ? 'there is no docker command' : docker.cause;
  const endpoint = endpointOf(host.env);
  if (endpoint !== undefined) {
    throw new MachineError(`Docker at ${endpoint} can't be used: ${cause}`, otherEndpoint);
  }
  if (process.platform !== 'linux') {
    throw new MachineError(`Docker can't be used: ${cause}`, 'start Docker Desktop, OrbStack or Colima');
  }
  if (process.getuid?.() !== 0) {
    const remedy = explainDocker(cause)?.remedy ?? `sudo ${setupCommand}`;
    throw new MachineError(`Docker can't be used: ${cause}`, remedy);
  }
}

interface Installed {
  readonly record: EngineRecord;
  /** This very call has brought the engine: what runs of it, the package has started. */
  readonly isNew: boolean;
}

async function ensureInstalled(
  host: Host,
  consent: Consent,
  record: EngineRecord | undefined,
): Promise<Installed> {
  const before = record ?? nothingDone;
  const needed = await Promise.all(
    ['docker', 'dockerd', 'iptables'].map((name) => findProgram(name, host.env)),
  );
  if (needed.every((path) => path !== undefined)) return { record: before, isNew: false };
  if ((await findProgram('apt-get', host.env)) === undefined) {
    throw new MachineError(
      'there is no Docker engine, and setup installs one from Debian or Ubuntu packages only',
      'install Docker: https://docs.docker.com/engine/install/',
    );
  }
  await ask(
    host,
    consent,
    'Install the Docker engine from the packages of this system',
    installCommands(enginePackages),
  );
  const added = await task(host.notify, 'docker-install', `install ${enginePackages.join(' ')}`, () =>
    installPackages(host, enginePackages),
  );
  const after = (await readEngineRecord(host.paths)) ?? before;
  return { record: after, isNew: added.includes('docker.io') };
}

async function startEngine(
  host: Host,
  consent: Consent,
  { record, isNew }: Installed,
  missing: readonly Capability[],
): Promise<DockerEngine> {
  const docker = await askDocker(host);
  const systemd = await hasSystemd();
  // One that was there before and is only slow to answer is used as it is, too.
  if (docker.state === 'reachable' && (systemd || !isNew)) return accept(docker.facts, missing);
  if (systemd) return startWithSystemd(host, consent, record, missing);
  // The package's init script has just started a daemon that knows nothing of the missing capabilities.
  const stop = docker.state === 'reachable' ? (['/etc/init.d/docker', 'stop'] as const) : undefined;

  const folder = engineFolder(host.paths);
  const [dockerd, runc] = await Promise.all([systemProgram(host, 'dockerd'), systemProgram(host, 'runc')]);
  // Ours and taken down by a crash or a reboot: it was agreed to, and `setup --undo` is the way to disagree.
  if (record.started.by !== 'us') {
    await ask(host, consent, `Start dockerd, with its images in ${folder}`, [
      ...(stop === undefined ? [] : [stop.join(' ')]),
      `${dockerd} --config-file ${folder}/daemon.json`,
    ]);
  }
  if (stop !== undefined) await host.exec(stop);
  const forwarding = record.started.by === 'us' ? record.started.forwarding : await readForwarding(host);
  const started: EngineRecord = {
    ...record,
    started: { by: 'us', folder, ...(forwarding === undefined ? {} : { forwarding }) },
  };
  await writeEngineRecord(host.paths, started);
  const facts = await task(host.notify, 'docker-start', 'start dockerd', () =>
    startDockerd(host, folder, { dockerd, runc, missing }),
  );
  return accept(facts, missing);
}

async function startWithSystemd(
  host: Host,
  consent: Consent,
  record: EngineRecord,
  missing: readonly Capability[],
): Promise<DockerEngine> {
  await ask(host, consent, 'Start the Docker engine', ['systemctl start docker']);
  const started: EngineRecord = { ...record, started: { by: 'systemd' } };
  await writeEngineRecord(host.paths, started);
  await task(host.notify, 'docker-start', 'start the Docker engine', () =>
    host.exec(['systemctl', 'start', 'docker']),
  );
  const docker = await askDocker(host);
  if (docker.state === 'reachable') return accept(docker.facts, missing);
  throw new MachineError(
    'the Docker engine was started and does not answer',
    'systemctl status docker; journalctl -u docker -n 50',
  );
}

async function ask(host: Host, consent: Consent, what: string, commands: readonly string[]): Promise<void> {
  if (await consent({ what, commands })) return;
  host.signal.throwIfAborted();
  throw new MachineError(`a Docker engine is needed, and nobody agreed to: ${what}`, setupCommand);
}

/** The system's own program: a client of another version may stand before it on PATH, a daemon does not. */
async function systemProgram(host: Host, name: string): Promise<string> {
  const found = await findPrograms(name, host.env);
  const path = found.find((candidate) => candidate.startsWith('/usr/')) ?? found[0];
  if (path === undefined) {
    throw new MachineError(
      `${name} is not on this machine, though the Docker packages are`,
      'apt-get install --reinstall docker.io runc',
    );
  }
  return path;
}

/** As sd_booted(3) tells it. */
const hasSystemd = () =>
  access('/run/systemd/system').then(
    () => true,
    () => false, // the documented test: no such folder, no systemd
  );
