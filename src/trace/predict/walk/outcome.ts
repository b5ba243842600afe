/** Where one possible request ended, and all that its reply depends on. */
import type { End } from '../../trace.ts';
import type { Flow } from '../flow.ts';
import type { Path } from './path.ts';
import type { Netns } from './world.ts';

/** Who answers, if anybody does. */
export type Answer =
  | { readonly kind: 'none'; readonly why?: string }
  /** A socket, or the kernel in its place; `elsewhere`: a machine that is not of this cluster. */
  | { readonly kind: 'listener' | 'closed-port'; readonly from: Netns | 'elsewhere' }
  /** The node that a REJECT rule is on. */
  | { readonly kind: 'reject'; readonly from: Netns & { kind: 'node' }; readonly source: string };

export interface Outcome {
  /** Name of the path: request and reply have the same. */
  readonly name: string;
  readonly path: Path;
  /** As it was sent, and as it arrived. */
  readonly sent: Flow;
  readonly arrived: Flow;
  readonly end: End;
  readonly answer: Answer;
}
