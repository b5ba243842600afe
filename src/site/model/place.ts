/** Where a command ran, in words. */
import type { Step } from '../../lab/schema/step.ts';

/** The place of a step's first command, as the lab names it: `client`, `node/worker`. */
export function placeOf(step: Step): string | undefined {
  switch (step.kind) {
    case 'say':
      return undefined;
    case 'run':
      return step.on;
    case 'probe':
      return step.from;
    case 'trace':
      return 'you';
    case 'change':
      return step.commands[0]?.on;
    case 'capture':
      return step.watches[0]?.on;
    default:
      return step satisfies never;
  }
}
