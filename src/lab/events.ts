/** What a run tells its reporters, in the order in which it happens. All reporters read the same events. */

import type { ExitCode } from '../host/errors.ts';
import type { HostEvent } from '../host/events.ts';
import type { CheckRecord, CommandRecord, FaultRecord, GateRecord, StepRecord } from './evidence/schema.ts';
import type { Place, PodNetworkName, ProxyMode } from './schema/names.ts';
import type { Step } from './schema/step.ts';

/** One lab in one cell of its matrix. */
export interface CellName {
  readonly lab: string;
  readonly cell: string;
}

export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export type LabEvent =
  | HostEvent
  | {
      readonly type: 'run-start';
      readonly labs: readonly CellName[];
      readonly replayed: boolean;
      /** When the first cell of a replayed run was recorded, ISO 8601. */
      readonly recordedAt?: string;
    }
  | {
      readonly type: 'cell-start';
      readonly at: CellName;
      readonly title: string;
      readonly question: string;
      readonly proxyMode: ProxyMode;
      readonly podNetwork: PodNetworkName;
      /** When a replayed cell was recorded, ISO 8601. */
      readonly recordedAt?: string;
    }
  /** A command as a person would type it, before it runs. `dry-run` stops here. */
  | { readonly type: 'command'; readonly on: Place; readonly shown: string }
  | { readonly type: 'output'; readonly record: CommandRecord }
  | { readonly type: 'step-start'; readonly step: Step }
  | { readonly type: 'step-end'; readonly record: StepRecord; readonly durationMs: number }
  /** The wait for a gate begins; `gate` ends it. */
  | { readonly type: 'gate-start'; readonly id: string; readonly claim: string }
  | { readonly type: 'gate'; readonly record: GateRecord; readonly durationMs: number }
  | { readonly type: 'check'; readonly record: CheckRecord }
  | { readonly type: 'fault'; readonly record: FaultRecord; readonly durationMs: number }
  | {
      readonly type: 'cell-end';
      readonly at: CellName;
      readonly totals: Totals;
      readonly durationMs: number;
      /** Set when the cell did not get to its end: the sentence for the person. */
      readonly error?: string;
      readonly exitCode: ExitCode;
    }
  | {
      readonly type: 'run-end';
      readonly totals: Totals;
      readonly durationMs: number;
      readonly exitCode: ExitCode;
      /** Set when the run ended outside of a cell: the machine, the cluster, an interrupt. */
      readonly error?: string;
      /** What stays on this machine on purpose, and the command that removes it. */
      readonly stays: readonly string[];
      /** Packets for addresses outside the lab's network that the fence stopped, DNS queries not counted. */
      readonly fenced: number;
    };

export type Report = (event: LabEvent) => void;

/** Writes what it is told; `close` is called once, after `run-end`. */
export interface Reporter {
  readonly report: Report;
  /** Draws nothing until the function that it returns is called: somebody is being asked something. */
  hold(): () => void;
  close(): void;
  /** Whether something of the report could not be written; ask after `close`. `report` itself never throws for that. */
  lost?(): boolean;
}
