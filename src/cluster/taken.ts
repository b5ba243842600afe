/** Which names are taken on this engine. */
import type { Exec } from '../host/exec.ts';

/** @returns whether the engine has a container of this name or anything of a cluster of it, running or not, whoever made it */
export async function namesOnEngine(exec: Exec): Promise<(name: string) => boolean> {
  const lines = async (...words: string[]) => (await exec(['docker', ...words])).stdout.split('\n');
  const [networks, containers] = await Promise.all([
    lines('network', 'ls', '--format={{.Name}}'),
    lines('ps', '--all', '--format={{.Names}}'),
  ]);
  return (name) =>
    networks.includes(name) || containers.some((one) => one === name || one.startsWith(`${name}-`));
}
