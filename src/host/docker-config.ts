/**
 * The docker command's own configuration, less the proxies that it puts into every container. A client with a proxy
 * would ask that, and not the cluster; a proxy on this machine is reached past the fence; and what is committed from a
 * container would keep its address and its password.
 */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const file = 'config.json';

/** The folder that the docker command reads its configuration from (docker/cli cli/config/config.go). */
export const userDockerConfig = (env: NodeJS.ProcessEnv): string =>
  env.DOCKER_CONFIG || join(homedir(), '.docker');

/**
 * Makes a configuration without proxies at `folder`, where the user's has some; all else in it is the user's own:
 * contexts, certificates, plugins. Passwords stay where they are, so a pull goes by the user's.
 *
 * @returns the folder that docker commands are to read; `undefined` where the user's is good as it is
 */
export function dockerConfigWithoutProxies(env: NodeJS.ProcessEnv, folder: string): string | undefined {
  const own = userDockerConfig(env);
  const config = readConfig(join(own, file));
  if (config?.proxies === undefined) return undefined;
  const { proxies: _, auths: __, ...rest } = config;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(own)) if (name !== file) link(join(own, name), join(folder, name));
  const temporary = join(folder, `.${process.pid}.tmp`);
  writeFileSync(temporary, JSON.stringify(rest), { mode: 0o600 });
  renameSync(temporary, join(folder, file));
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

function link(target: string, path: string): void {
  try {
    symlinkSync(target, path);
  } catch (error) {
    // A former run has made it; the configuration may be another one since.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    rmSync(path, { force: true });
    symlinkSync(target, path);
  }
}
