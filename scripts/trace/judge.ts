/** The exit code of a trace, and why it is none of the prediction's doing. */
import type { TracedProbe } from '../../src/cluster/trace-probe.ts';
import { type ExitCode, exitCodes } from '../../src/host/errors.ts';
import { damageOf } from '../../src/trace/observe/damage.ts';

/**
 * 0 only when the capture is whole and all of it is as predicted.
 *
 * @param complain is told what is wrong with the capture: neither a ledger nor JSON has room for it.
 */
export function judgeTrace(
  { comparison, problems }: Pick<TracedProbe, 'comparison' | 'problems'>,
  complain: (text: string) => void,
): ExitCode {
  const damage = damageOf(problems);
  if (damage !== undefined) complain(`This trace proves nothing: ${damage}. Run it again.`);
  return damage === undefined && comparison.verdict === 'equal' ? exitCodes.passed : exitCodes.checkFailed;
}
