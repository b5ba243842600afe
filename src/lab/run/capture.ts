/** The capture step: commands that listen while other steps run. */
import { argvAt } from '../../cluster/place.ts';
import { netlinkWatch, startWatch, type Watch } from '../../cluster/watch.ts';
import type { StepRecord } from '../evidence/schema.ts';
import { fill } from '../expression.ts';
import type { Step, StepOf } from '../schema/step.ts';
import { asTyped, StepError } from './command.ts';
import { parseOutput } from './parse.ts';
import { contextNow, fillAll, podLookup, type Session } from './session.ts';

type WatchOf = StepOf<'capture'>['watches'][number];

interface Listening {
  readonly definition: WatchOf;
  /** As a person would type it. */
  readonly shown: string;
  readonly watch: Watch;
}

/**
 * The watches listen before the first step inside begins, and read to the end after the last. Steps inside see what a
 * watch had printed before the first of them, which is what it says when it starts to listen.
 *
 * @param during runs a step inside; the record says what the watches have printed.
 * @throws StepError when a watch does not listen, or has not listened all the time
 */
export async function capture(
  session: Session,
  step: StepOf<'capture'>,
  during: (inner: Step, begun: StepRecord) => Promise<void>,
): Promise<Pick<StepRecord, 'commands' | 'value'>> {
  const open: Listening[] = [];
  try {
    for (const definition of step.watches) open.push(await listen(session, step.id, definition));
    const begun: StepRecord = {
      id: step.id,
      kind: 'capture',
      commands: [],
      value: Object.fromEntries(open.map(({ definition, watch }) => [definition.id, [...watch.lines]])),
    };
    for (const inner of step.during) await during(inner, begun);
    await Promise.all(
      open.flatMap(({ definition, shown, watch }) =>
        definition.ends === undefined ? [] : [watch.ended().catch(unwatched(step.id, shown))],
      ),
    );
  } catch (error) {
    // What failed first is the cause; every command is stopped all the same.
    await Promise.allSettled(open.map(({ watch }) => watch.stop()));
    throw error;
  }
  const stops = open.map(({ shown, watch }) => watch.stop().catch(unwatched(step.id, shown)));
  for (const stop of await Promise.allSettled(stops)) if (stop.status === 'rejected') throw stop.reason;
  const commands = open.map(({ shown, watch }) => ({
    shown,
    exit: 0,
    out: watch.lines.join('\n'),
    err: '',
  }));
  for (const record of commands) session.report({ type: 'output', record });
  const value = Object.fromEntries(
    open.map(({ definition: { id, parse }, watch }) => [id, parseOutput(parse, watch.lines.join('\n'))]),
  );
  return { commands, value };
}

async function listen(session: Session, step: string, definition: WatchOf): Promise<Listening> {
  const { id, on, command, listening } = definition;
  const filled = await fillAll(session, command, `step ${step}, watch ${id}`);
  const place = await fill(on, contextNow(session), `step ${step}, on`);
  const at = (words: readonly string[], interactive: boolean) =>
    argvAt(session.host.exec, session.cluster, place, words, podLookup(session), interactive);
  const shown = asTyped(session.cluster, { on: place, command: filled }, await at(filled, false));
  session.report({ type: 'command', on: place, shown });
  const pattern = listening === undefined ? undefined : new RegExp(listening);
  const argv = pattern === undefined ? await at(netlinkWatch(filled), true) : await at(filled, false);
  const watch = await startWatch(session.host.exec, argv, pattern && ((line) => pattern.test(line))).catch(
    (error: Error) => {
      throw new StepError(`step ${step}: \`${shown}\` does not listen: ${error.message}`, { cause: error });
    },
  );
  return { definition, shown, watch };
}

const unwatched = (step: string, shown: string) => (error: Error) => {
  throw new StepError(`step ${step}: \`${shown}\`: ${error.message}`, { cause: error });
};
