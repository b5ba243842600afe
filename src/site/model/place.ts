/** Where a command ran, in words. */
import type { Step } from '../../lab/schema/step.ts';

/** The place of one of a step's commands (the first is 1), as the lab names it: `client`, `node/worker`. */
export function placeOf(step: Step, command = 1): string | undefined {
  return inWords(named(step, command - 1));
}

/** A pod that the lab finds by its node has a name that ends in chance: `pod/tools (worker)` says which it is. */
const inWords = (place: string | undefined) =>
  place?.replace(/\{\{ pods\[app='([^']+)' and node='([^']+)'\]\.name \}\}/, '$1 ($2)');

function named(step: Step, index: number): string | undefined {
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
      return step.commands[index]?.on;
    case 'capture':
      return step.watches[index]?.on;
    default:
      return step satisfies never;
  }
}
