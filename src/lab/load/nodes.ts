/** Nodes that a lab speaks of, in steps, gates and faults. */
import { nodeRoles, type Shape } from '../../cluster/shape.ts';
import type { FaultAction } from '../schema/fault.ts';
import type { Gate } from '../schema/gate.ts';
import { type Lab, walkSteps } from '../schema/lab.ts';
import type { Place } from '../schema/names.ts';
import type { Step } from '../schema/step.ts';
import type { Problem } from './problem.ts';

type Path = Problem['path'];

/** Those that its shape does not have. */
export function nodeProblems(lab: Lab, shape: Shape): Problem[] {
  const roles = nodeRoles(shape);
  const unknown = (role: string, path: Path) =>
    roles.includes(role)
      ? []
      : [{ path, message: `the shape "${lab.shape}" has no node "${role}"; it has ${roles.join(', ')}` }];
  const place = (on: string, path: Path) =>
    on.startsWith('node/') ? unknown(on.slice('node/'.length), path) : [];
  const gates = (list: readonly Gate[], at: Path) =>
    list.flatMap((gate, index) => {
      if (gate.kind === 'programmed') return gate.on.flatMap((role) => unknown(role, [...at, index, 'on']));
      return gate.kind === 'answers' ? place(gate.from, [...at, index, 'from']) : [];
    });
  const actions = (list: readonly FaultAction[], at: Path) =>
    list.flatMap(({ on }, index) => place(on, [...at, index, 'on']));
  return [
    ...gates(lab.readiness, ['readiness']),
    ...walkSteps(lab.steps).flatMap(({ step, path }) => [
      ...placesOf(step).flatMap((on) => place(on, path)),
      ...(step.kind === 'change' ? gates(step.until, [...path, 'until']) : []),
    ]),
    ...lab.faults.flatMap(({ symptom, inject, until, undo, repaired }, index) => {
      const at: Path = ['faults', index];
      return [
        ...place(symptom.probe.from, [...at, 'symptom', 'probe', 'from']),
        ...actions(inject, [...at, 'inject']),
        ...gates(until, [...at, 'until']),
        ...actions(undo, [...at, 'undo']),
        ...gates(repaired, [...at, 'repaired']),
      ];
    }),
  ];
}

function placesOf(step: Step): Place[] {
  switch (step.kind) {
    case 'say':
      return [];
    case 'run':
      return [step.on];
    case 'probe':
    case 'trace':
      return [step.from];
    case 'change':
      return step.commands.map((command) => command.on);
    case 'capture':
      return step.watches.map((watch) => watch.on);
    default:
      return step satisfies never;
  }
}
