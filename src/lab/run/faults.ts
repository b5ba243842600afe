/** Injects, proves and undoes faults. */
import { damageOf } from '../../trace/observe/damage.ts';
import type { FaultRecord, StepRecord } from '../evidence/schema.ts';
import { evaluate, fill } from '../expression.ts';
import { answered, type FaultAnswer, whyUnproved } from '../fault-proof.ts';
import { plainJson } from '../json.ts';
import { judge } from '../judge.ts';
import type { Fault, FaultAction } from '../schema/fault.ts';
import { runAt, StepError } from './command.ts';
import { awaitGates, GateError } from './gates.ts';
import { probeCommand, probeTimeoutS, probeValue } from './probe.ts';
import { contextNow, fillAll, refreshFacts, type Session } from './session.ts';
import { otherAnswer, traceFrom, wrongEnd } from './trace.ts';

/** Puts the fault in place and waits until it works. */
export async function injectFault(session: Session, fault: Fault): Promise<void> {
  await act(session, fault, fault.inject);
  await awaitGates(session, fault.until);
  await refreshFacts(session);
}

/** Takes the fault back and waits until the cluster is as it was. */
export async function undoFault(session: Session, fault: Fault): Promise<void> {
  await act(session, fault, fault.undo);
  await awaitGates(session, fault.repaired);
  await refreshFacts(session);
}

/**
 * As `undoFault`, where somebody may have repaired it already: then a command of the undo finds nothing to undo, and
 * fails. Each is tried all the same.
 *
 * @returns whether a command failed and the cluster is as it was nevertheless
 * @throws the StepError of the first command that failed, when the fault is still there
 */
export async function undoWhatIsLeft(session: Session, fault: Fault): Promise<boolean> {
  const errors: StepError[] = [];
  for (const action of fault.undo) {
    await act(session, fault, [action]).catch((error: unknown) => {
      if (!(error instanceof StepError)) throw error;
      errors.push(error);
    });
  }
  const [failed] = errors;
  await awaitGates(session, fault.repaired).catch((error: unknown) => {
    throw failed !== undefined && error instanceof GateError ? failed : error;
  });
  await refreshFacts(session);
  if (failed === undefined) return false;
  if (!(await isRepaired(session, fault, await ask(session, fault)))) throw failed;
  return true;
}

/**
 * The fault's own proof: the baseline answers, the symptom shows, and after the undo the baseline answers again.
 * A fault that proves nothing is a failed test and not an error: the record says why.
 */
export async function proveFault(session: Session, fault: Fault): Promise<FaultRecord> {
  const startedAt = performance.now();
  const baseline = await ask(session, fault);
  await injectFault(session, fault);
  const symptom = await ask(session, fault);
  const { verdict, expected, saw } = await judgeSymptom(session, fault, symptom);
  const end = await traceFault(session, fault, symptom);
  await undoFault(session, fault);
  const repaired = await ask(session, fault);
  const still = await judgeSymptom(session, fault, repaired);
  const answers = { baseline: outline(baseline), symptom: outline(symptom), repaired: outline(repaired) };
  const shows = { symptom: { verdict, expected, saw }, repaired: still };
  const reason = whyUnproved(fault, answers, shows) ?? end;
  const record: FaultRecord = {
    id: fault.id,
    verdict: reason === undefined ? 'passed' : 'failed',
    ...answers,
    ...(reason === undefined ? {} : { reason }),
  };
  session.faults.push(record);
  session.report({ type: 'fault', record, durationMs: performance.now() - startedAt });
  return record;
}

/** Follows the fault's probe. @returns why it does not show where the symptom comes from, if so. */
async function traceFault(session: Session, fault: Fault, symptom: Answer): Promise<string | undefined> {
  const { from, url } = fault.symptom.probe;
  const place = `fault ${fault.id}`;
  const traced = await traceFrom(session, {
    from: await fill(from, contextNow(session), place),
    url: await fill(url, contextNow(session), place),
    protocol: 'tcp',
    // Long enough for a second SYN. A node refuses the same client by ICMP once a second at most (icmp_ratelimit, icmp(7)),
    // and the probe before this one had its turn.
    timeoutS: 2,
  });
  session.traces[`fault-${fault.id}`] = [...traced.observed];
  const damage = damageOf(traced.problems);
  return damage === undefined
    ? (otherAnswer(traced, symptom) ?? wrongEnd(traced, fault.endsAt))
    : `its trace proves nothing: ${damage}`;
}

/** Asks the fault's probe once. */
export async function ask(session: Session, fault: Fault) {
  const place = `fault ${fault.id}`;
  const url = await fill(fault.symptom.probe.url, contextNow(session), place);
  const probe = { ...fault.symptom.probe, url, requests: 1, connections: 1, headers: {} };
  const { exit, out, err } = await runAt(session, place, {
    on: await fill(probe.from, contextNow(session), place),
    command: probeCommand(probe),
    timeoutS: probeTimeoutS(probe),
    accept: 'any',
  });
  return { ...probeValue(exit, out), err };
}

export type Answer = Awaited<ReturnType<typeof ask>>;

/** The client is answered, and not with what the symptom is: an HTTP status can be one. */
export const isRepaired = async (session: Session, fault: Fault, answer: Answer) =>
  answered(answer) && (await judgeSymptom(session, fault, answer)).verdict === 'failed';

/** What of an answer belongs to the evidence: addresses and the chosen pod differ from run to run. */
function outline({ exit, status, err }: Answer): FaultAnswer {
  return { exit, status: status ?? 0, error: err.replace(/ after \d+ ms/, '') };
}

/** Whether the client sees what the fault says it will. The expression reads it at `steps.symptom.value`. */
export async function judgeSymptom(session: Session, fault: Fault, answer: Answer) {
  const { err, ...value } = answer;
  const record: StepRecord = {
    id: 'symptom',
    kind: 'probe',
    commands: [{ shown: '', exit: answer.exit, out: '', err }],
    value: plainJson(value) ?? null,
  };
  const context = contextNow(session, [record]);
  return judge(fault.symptom.expect, await evaluate(fault.symptom.value, context), context);
}

async function act(session: Session, fault: Fault, actions: readonly FaultAction[]): Promise<void> {
  const place = `fault ${fault.id}`;
  for (const { on, command } of actions) {
    await runAt(session, place, {
      on: await fill(on, contextNow(session), place),
      command: await fillAll(session, command, place),
      timeoutS: 60,
      accept: [0],
    });
  }
}
