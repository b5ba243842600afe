/** A static program from one C file of a Go module's source. */
import { join } from 'node:path';
import type { Ingredient } from '../../../images/schema.ts';
import { MachineError, ProvisioningError } from '../errors.ts';
import { task } from '../events.ts';
import { CommandError } from '../exec.ts';
import type { Host } from '../host.ts';
import { contentHash } from './content-hash.ts';
import { goModule } from './go-programs.ts';
import { downloadModule, type Target } from './go-toolchain.ts';
import { exists, inWorkFolder, publish } from './store.ts';

type FromC = Extract<Ingredient, { from: 'c' }>;

export async function ensureCProgram(host: Host, source: FromC, target: Target): Promise<string> {
  const entry = goModule(source.module);
  const name = source.to.split('/').at(-1) ?? 'program';
  const hash = contentHash({ source, module: entry.module, version: entry.version, target });
  const path = join(host.paths.cache, 'programs', `${name}-${entry.version}-${hash}`, name);
  if (await exists(path)) return path;
  await task(host.notify, `build-${name}`, `build ${name} from ${source.file}`, () =>
    inWorkFolder(host, async (work) => {
      const { folder } = await downloadModule(host, source.module, entry);
      const defines = Object.entries(source.define).map(([key, value]) => `-D${key}=${value}`);
      const built = join(work, name);
      await compile(host, name, [
        '-Os',
        '-Wall',
        '-static',
        '-s',
        ...defines,
        '-o',
        built,
        join(folder, source.file),
      ]);
      await publish(built, path);
    }),
  );
  return path;
}

async function compile(host: Host, name: string, args: readonly string[]): Promise<void> {
  try {
    await host.exec(['gcc', ...args]);
  } catch (error) {
    if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
    if (error.outcome === 'not found') {
      throw new MachineError(
        `${name} must be compiled here, and there is no C compiler`,
        'apt-get install gcc libc6-dev',
        {
          cause: error,
        },
      );
    }
    throw new ProvisioningError(`${name} could not be compiled: ${error.message}`, { cause: error });
  }
}
