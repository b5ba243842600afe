/** What a person reads: events become lines. The same text for a terminal and for a log file. */
import type { CellName, LabEvent } from '../events.ts';
import { createLines, type TextOptions } from './lines.ts';
import { formatTable, tableRows } from './table.ts';

/** Turns events into lines, in their order. It remembers what failed, to name it once more at the end. */
export function createText(options: TextOptions): (event: LabEvent) => string[] {
  const failures: string[] = [];
  const summaries: string[] = [];
  let cells = 0;
  let banner: string[] = [];
  let at: CellName = { lab: '', cell: '' };
  let lastCommand = '';
  const lines = createLines(options);
  const ends: LabEvent[] = [];

  return (event) => {
    if (['cell-start', 'check', 'fault', 'cell-end'].includes(event.type)) ends.push(event);
    const quiet = options.volume === 'quiet';
    switch (event.type) {
      case 'task-start':
      case 'task-progress':
      case 'gate-start':
        return [];
      case 'task-end':
        return quiet && event.outcome !== 'failed' ? [] : [lines.task(event)];
      case 'note':
        return quiet ? [] : lines.prose(event.text, '  ');
      case 'run-start':
        cells = event.labs.length;
        banner = event.replayed ? [lines.banner(event.recordedAt)] : [];
        return banner;
      case 'cell-start':
        ({ at } = event);
        return quiet ? [] : lines.title(event);
      case 'step-start':
        lastCommand = '';
        return quiet ? [] : ['', ...lines.prose(event.step.say ?? '', '')];
      case 'command':
        lastCommand = event.shown;
        return quiet ? [] : [lines.command(event.shown)];
      case 'output':
        return quiet
          ? []
          : lines.output(
              event.record,
              event.record.shown === lastCommand ? 'below its command' : 'on its own',
            );
      case 'step-end':
        return [];
      case 'gate':
        if (event.record.verdict === 'failed') failures.push(lines.failure(at, event.record));
        return quiet && event.record.verdict !== 'failed' ? [] : lines.gate(event.record, event.durationMs);
      case 'check':
        if (event.record.verdict === 'failed') failures.push(lines.failure(at, event.record));
        return quiet && event.record.verdict !== 'failed' ? [] : lines.check(event.record);
      case 'fault':
        if (event.record.verdict === 'failed') {
          failures.push(lines.failure(at, { id: event.record.id, claim: 'the fault proves itself' }));
        }
        return quiet && event.record.verdict !== 'failed' ? [] : lines.fault(event.record, event.durationMs);
      case 'cell-end':
        summaries.push(lines.summary(event));
        return [
          // `lab check` is a cell and no run: nothing comes after it.
          ...(cells === 0 ? lines.failures(failures) : []),
          ...lines.error(event.error),
          // With one cell, the summary of the run is the same line.
          ...(cells === 1 ? [] : ['', lines.summary(event)]),
        ];
      case 'run-end':
        return [
          ...lines.failures(failures),
          ...lines.error(event.error),
          '',
          ...(summaries.length === 1 && cells === 1
            ? summaries
            : [...formatTable(tableRows(ends)), lines.total(event)]),
          ...lines.left(event),
          ...banner,
        ];
      default:
        return event satisfies never;
    }
  };
}
