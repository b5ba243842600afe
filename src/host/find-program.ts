/** Where a program is on PATH, as a shell would find it. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Folders for programs of the administrator that a plain user's PATH often lacks. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** All places, best first: PATH, then the administrator's folders. */
export async function findPrograms(name: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const folders = [...(env.PATH ?? '').split(delimiter).filter(Boolean), ...systemFolders];
  const found = await Promise.all(
    [...new Set(folders)].map(async (folder) => {
      const path = join(folder, name);
      return (await isExecutable(path)) ? path : undefined;
    }),
  );
  return found.filter((path) => path !== undefined);
}

export const isExecutable = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false, // not there, or not for us
  );

export async function findProgram(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  return (await findPrograms(name, env))[0];
}
