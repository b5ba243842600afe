/** For programs: one event a line, as JSON, with the time at which it was reported. */
import type { Reporter } from '../events.ts';
import type { EventLine } from './jsonl-schema.ts';
import type { Output } from './output.ts';

export function createJsonlReporter(output: Output, clock: () => Date = () => new Date()): Reporter {
  return {
    report(event) {
      const line = { schema: 1, time: clock().toISOString(), ...event } satisfies EventLine;
      output.write(`${JSON.stringify(line)}\n`);
    },
    hold: () => () => {},
    close() {},
  };
}
