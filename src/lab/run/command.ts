/** Runs one command of a lab at its place, and tells what a person would have typed. */

import type { Cluster } from '../../cluster/cluster.ts';
import { argvAt } from '../../cluster/place.ts';
import { exitCodes, ReportedError } from '../../host/errors.ts';
import { type Argv, CommandError, formatCommand } from '../../host/exec.ts';
import type { CommandRecord } from '../evidence/schema.ts';
import type { Place } from '../schema/names.ts';
import { podLookup, type Session } from './session.ts';

/** A command of the lab ended in a way that the lab does not expect. Exit 1. */
export class StepError extends ReportedError {
  override readonly name = 'StepError';
  readonly exitCode = exitCodes.checkFailed;
}

export interface PlacedCommand {
  readonly on: Place;
  /** Templates filled. */
  readonly command: readonly string[];
  readonly timeoutS: number;
  /** `'any'`: the exit code is an answer. */
  readonly accept: readonly number[] | 'any';
}

/**
 * @throws StepError on an exit code that is not accepted, with the last lines of standard error, and where it did not end
 *   in its time.
 */
export async function runAt(session: Session, step: string, placed: PlacedCommand): Promise<CommandRecord> {
  const { host, cluster, report } = session;
  const argv = await argvAt(host.exec, cluster, placed.on, placed.command, podLookup(session));
  const shown = asTyped(cluster, placed, argv);
  report({ type: 'command', on: placed.on, shown });
  // Commands name files as a person at the root of the checkout would.
  const limits = { timeoutMs: placed.timeoutS * 1000, cwd: host.paths.project };
  const result = await host.exec(argv, { ...limits, accept: 'any' }).catch((error: unknown) => {
    if (!(error instanceof CommandError && error.outcome === 'timed out')) throw error;
    throw new StepError(`step ${step}: \`${shown}\` did not end within ${placed.timeoutS} s`);
  });
  const record = { shown, exit: result.exitCode, out: result.stdout, err: result.stderr };
  report({ type: 'output', record });
  if (placed.accept !== 'any' && !placed.accept.includes(result.exitCode)) {
    const tail = result.stderr.split('\n').filter(Boolean).slice(-3).join(' ');
    throw new StepError(
      `step ${step}: \`${shown}\` exited with ${result.exitCode}, expected ${placed.accept.join(' or ')}${tail && `: ${tail}`}`,
    );
  }
  return record;
}

/**
 * With KUBECONFIG set as the run says at its beginning, kubectl needs no flag for it. On the Docker host one types the
 * command itself, however we got there.
 */
export function asTyped(
  cluster: Cluster,
  { on, command }: Pick<PlacedCommand, 'on' | 'command'>,
  argv: Argv,
): string {
  if (on === 'docker-host') return formatCommand(command);
  return formatCommand(argv[0] === cluster.kubectl ? ['kubectl', ...argv.slice(3)] : argv);
}
