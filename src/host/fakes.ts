/** Small real things for tests: programs on a PATH of their own, a host with folders of its own. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HostEvent } from './events.ts';
import { createExec } from './exec.ts';
import type { Host } from './host.ts';

export interface FakeHost extends AsyncDisposable {
  readonly host: Host;
  readonly events: HostEvent[];
  readonly folder: string;
  /** Puts a shell script of this name first on PATH. */
  program(name: string, script: string): Promise<string>;
}

/** What would look at this machine or change it. A test that needs one brings its own. */
const tables = ['iptables', 'ip6tables'].flatMap((name) =>
  ['', '-nft', '-legacy'].map((kind) => name + kind),
);
const ofTheMachine = [...tables, 'apt-get', 'docker', 'kind', 'kubectl', 'nft', 'sysctl', 'systemctl'];

/** A host whose cache and state are empty folders, removed at the end of the test (`await using`). */
export async function fakeHost(): Promise<FakeHost> {
  const folder = await mkdtemp(join(tmpdir(), 'hop-host-'));
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}`, DOCKER_HOST: undefined };
  const events: HostEvent[] = [];
  const { signal } = new AbortController();
  async function program(name: string, script: string) {
    const path = join(bin, name);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  }
  for (const name of ofTheMachine) await program(name, `echo "${name}: not in this test" >&2; exit 1`);
  return {
    folder,
    events,
    host: {
      exec: createExec({ signal, env }),
      env,
      childEnv: env,
      signal,
      notify: (event) => events.push(event),
      paths: {
        cache: join(folder, 'cache'),
        state: join(folder, 'state'),
        project: join(import.meta.dirname, '..', '..'),
      },
    },
    program,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}
