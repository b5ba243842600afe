/** What labs need of this machine, in the order it is told. */
import { engineRules } from './engine-rules.ts';
import { machineRules } from './machine-rules.ts';
import { networkRules } from './network-rules.ts';
import type { Rule } from './rule.ts';

export const rules: readonly Rule[] = [...machineRules, ...engineRules, ...networkRules];
