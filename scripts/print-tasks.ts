/** Plain lines for the tasks of the host layer, where no lab reports them. */
import type { Notify } from '../src/host/events.ts';

/** To standard error: what a command prints stays clean. */
export function printTasks(): Notify {
  return (event) => {
    if (event.type === 'task-start') process.stderr.write(`  ${event.label} …\n`);
    if (event.type === 'note') process.stderr.write(`  ${event.text}\n`);
    if (event.type === 'task-end') {
      const detail = event.detail === undefined ? '' : `: ${event.detail}`;
      process.stderr.write(
        `  ${event.label}: ${event.outcome}${detail} (${(event.durationMs / 1000).toFixed(1)} s)\n`,
      );
    }
  };
}
