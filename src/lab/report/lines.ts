/** The lines that a person reads, each made from one event. */
import type { TaskOutcome } from '../../host/events.ts';
import type { CellName, LabEvent } from '../events.ts';
import type { CheckRecord, CommandRecord, FaultRecord, GateRecord, Verdict } from '../evidence/schema.ts';
import { cut, formatDuration, formatTotals, formatValue, printableLines, wrap } from './format.ts';
import type { Paint } from './paint.ts';

export type Volume = 'quiet' | 'normal' | 'verbose';

export interface TextOptions {
  readonly paint: Paint;
  readonly volume: Volume;
  readonly columns: () => number;
}

/** Lines of a command's output, and of a value that was seen, before the rest is cut. */
const outputLines = 12;
/** Prose wider than this is hard to read, however wide the terminal is. */
const proseColumns = 88;

type Ended<Type extends LabEvent['type']> = Extract<LabEvent, { type: Type }>;

const marks = { passed: '✓', failed: '✗', skipped: '–' } as const satisfies Record<Verdict, string>;
const colours = { passed: 'green', failed: 'red', skipped: 'yellow' } as const satisfies Record<
  Verdict,
  string
>;

export function createLines({ paint, volume, columns }: TextOptions) {
  const mark = (verdict: Verdict) => paint(colours[verdict], marks[verdict]);
  const dim = (text: string) => paint('dim', text);
  const limit = (lines: readonly string[]) => (volume === 'verbose' ? [...lines] : cut(lines, outputLines));
  const prose = (text: string, indent: string) =>
    wrap(text, Math.min(columns(), proseColumns) - indent.length).map((line) => `${indent}${line}`);
  /** A sentence behind its mark; what does not fit goes on below it. */
  const marked = (verdict: Verdict, text: string, durationMs = 0) =>
    wrap(text, columns() - 4 - took(durationMs).length).map((line, index, lines) => {
      const end = index === lines.length - 1 ? dim(took(durationMs)) : '';
      return `  ${index === 0 ? mark(verdict) : ' '} ${line}${end}`;
    });
  const labelled = (label: string, lines: readonly string[]) =>
    limit(lines).map((line, index) => `      ${(index === 0 ? label : '').padEnd(9)}${line}`);

  return {
    prose,
    banner: (recordedAt: string | undefined) => {
      const when = recordedAt === undefined ? '' : ` of ${recordedAt.slice(0, 10)}`;
      const text = `Recorded run${when}, shown from labs/*/evidence: nothing ran here, so this is not a pass.`;
      return paint(['bold', 'yellow'], text);
    },
    title: (cell: Ended<'cell-start'>) => [
      '',
      `${paint('bold', `${cell.at.lab}  ${cell.title}`)}  ${dim(describeCell(cell))}`,
      ...prose(cell.question, '').map((line) => paint('bold', line)),
    ],
    task: (task: Ended<'task-end'>) => {
      const detail = [task.detail, formatDuration(task.durationMs)].filter(Boolean).join(', ');
      return `  ${mark(verdicts[task.outcome])} ${task.label}  ${dim(detail)}`;
    },
    command: (shown: string) => {
      const [first = '', ...more] = shown.split('\n');
      return [
        `  ${dim('$')} ${paint('cyan', first)}`,
        ...more.map((line) => `    ${paint('cyan', line)}`),
      ].join('\n');
    },
    output: (record: CommandRecord, place: 'below its command' | 'on its own') => {
      const printed = [...printableLines(record.out), ...printableLines(record.err)];
      return [
        ...(place === 'below its command' ? [] : [`  ${dim('of')} ${paint('cyan', record.shown)}`]),
        ...limit(printed).map((line) => `    ${dim(line)}`),
        ...(record.exit === 0 ? [] : [`    ${paint('yellow', `exit code ${record.exit}`)}`]),
      ];
    },
    gate: (gate: GateRecord, durationMs: number) => [
      ...marked(gate.verdict, gate.claim, durationMs),
      ...(gate.verdict === 'failed' ? labelled('saw', printableLines(gate.saw)) : []),
    ],
    check: (check: CheckRecord) => [
      ...marked(check.verdict, check.scope === 'always' ? check.claim : `${check.claim} (${check.scope})`),
      ...(check.verdict === 'failed'
        ? [...labelled('expected', [check.expected]), ...labelled('saw', formatValue(check.saw))]
        : []),
      ...(check.verdict === 'skipped'
        ? prose(`skipped: ${check.reason ?? 'no reason given'}`, '      ')
        : []),
    ],
    fault: (fault: FaultRecord, durationMs: number) => [
      ...marked(fault.verdict, `fault ${fault.id}`, durationMs),
      ...(fault.verdict === 'passed'
        ? [`      ${dim('answered before, showed the symptom, answers again after the undo')}`]
        : prose(fault.reason ?? '', '      ')),
      ...(fault.verdict === 'failed'
        ? (['baseline', 'symptom', 'repaired'] as const).flatMap((when) =>
            labelled(when, formatValue(fault[when])),
          )
        : []),
    ],
    failure: ({ lab, cell }: CellName, record: Pick<CheckRecord, 'id' | 'claim'>) =>
      `  ${mark('failed')} ${lab} ${cell} ${record.id}: ${record.claim}`,
    error: (error: string | undefined) =>
      error === undefined ? [] : ['', ...error.split('\n').map((line) => paint('red', line))],
    summary: (cell: Ended<'cell-end'>) => `${cell.at.lab} ${cell.at.cell}: ${verdictLine(cell)}`,
    failures: (failures: readonly string[]) => (failures.length === 0 ? [] : ['', 'Failed:', ...failures]),
    total: (run: Ended<'run-end'>) => `All: ${verdictLine(run)}`,
    left: (run: Ended<'run-end'>) => [
      ...(run.fenced === 0
        ? []
        : [
            `The fence stopped ${run.fenced} packet${run.fenced === 1 ? '' : 's'} on the way out of the lab's network.`,
          ]),
      ...run.stays.map((what) => `Stays: ${what}`),
    ],
  };

  function verdictLine({ totals, durationMs, exitCode }: Ended<'cell-end'> | Ended<'run-end'>): string {
    const text = formatTotals(totals);
    const verdict = exitCode === 0 ? 'passed' : 'failed';
    return `${paint(['bold', colours[verdict]], text)}${dim(took(durationMs))}`;
  }
}

/** Nothing for what took no time, because it was recorded. */
const took = (durationMs: number) => (durationMs === 0 ? '' : `  ${formatDuration(durationMs)}`);

const verdicts = { done: 'passed', failed: 'failed' } as const satisfies Record<TaskOutcome, Verdict>;

function describeCell(cell: Ended<'cell-start'>): string {
  const recorded = cell.recordedAt === undefined ? '' : `, recorded ${cell.recordedAt.slice(0, 10)}`;
  const network = cell.podNetwork === 'kindnet' ? '' : `, pod network ${cell.podNetwork}`;
  return `kube-proxy in ${cell.proxyMode} mode${network}${recorded}`;
}
