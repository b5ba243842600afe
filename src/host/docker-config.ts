/**
 * The docker command's own configuration, less the proxies that it puts into every container. A client with a proxy
 * would ask that, and not the cluster; a proxy on this machine is reached past the fence; and what is committed from a
 * container would keep its address and its password.
 */
import { randomUUID } from 'node:crypto';
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { MachineError } from './errors.ts';

const file = 'config.json';

/** The folder that the docker command reads its configuration from (docker/cli cli/config/config.go). */
export const userDockerConfig = (env: NodeJS.ProcessEnv): string =>
  env.DOCKER_CONFIG || join(homedir(), '.docker');

/**
 * Makes a configuration without proxies at `folder`, where the user's has some; all else in it is the user's own:
 * contexts, certificates, plugins. Passwords stay where they are, so a pull goes by the user's.
 *
 * @returns the folder that docker commands are to read; `undefined` where the user's is good as it is
 * @throws MachineError
 */
export function dockerConfigWithoutProxies(env: NodeJS.ProcessEnv, folder: string): string | undefined {
  const own = userDockerConfig(env);
  const config = readConfig(join(own, file));
  if (config?.proxies === undefined) return undefined;
  const { proxies: _, auths: __, ...rest } = config;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(own)) if (name !== file) link(join(own, name), join(folder, name));
    put(join(folder, file), (path) => writeFileSync(path, JSON.stringify(rest), { mode: 0o600 }));
  } catch (error) {
    throw new MachineError(
      `a Docker configuration without your proxies could not be made at ${folder}: ${(error as Error).message}`,
      `see that you can write there, or remove ${folder}: it is made anew`,
      { cause: error },
    );
  }
  return folder;
}

/** `undefined`: there is none, or docker itself complains of it. */
function readConfig(path: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A former run has mostly made it; the configuration may be another one since. */
function link(target: string, path: string): void {
  const there = lstatSync(path, { throwIfNoEntry: false });
  // The docker command makes folders where it finds none, and what is in them is its own.
  if (there?.isDirectory()) return;
  if (there?.isSymbolicLink() && readLink(path) === target) return;
  put(path, (temporary) => symlinkSync(target, temporary));
}

/** `undefined`: another run has just put something else there. */
function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** At once, for others run beside this one: none of them finds nothing there, or a half. */
function put(path: string, make: (temporary: string) => void): void {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    make(temporary);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
