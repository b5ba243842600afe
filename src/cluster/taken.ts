/** Which names of clusters are taken on this engine. */
import type { Exec } from '../host/exec.ts';

/** @returns whether the engine has anything of a cluster of this name, running or not, whoever made it */
export async function namesOnEngine(exec: Exec): Promise<(cluster: string) => boolean> {
  const lines = async (...words: string[]) => (await exec(['docker', ...words])).stdout.split('\n');
  const [networks, containers] = await Promise.all([
    lines('network', 'ls', '--format={{.Name}}'),
    lines('ps', '--all', '--format={{.Names}}'),
  ]);
  return (cluster) =>
    networks.includes(cluster) || containers.some((container) => container.startsWith(`${cluster}-`));
}
