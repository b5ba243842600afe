/**
 * Errors for the person who reads them: what happened, where, what to do next.
 * The class decides the exit code of the process (see {@link exitCodes}).
 */

/** Exit codes of every `lab` command. */
export const exitCodes = {
  passed: 0,
  checkFailed: 1,
  usage: 2,
  machine: 3,
  provisioning: 4,
  cleanupIncomplete: 5,
  sighup: 129,
  sigint: 130,
  sigterm: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** An error whose message is complete for a person: no stack trace is printed for it. */
export abstract class ReportedError extends Error {
  abstract readonly exitCode: ExitCode;
}

/** Wrong words on the command line, or a lab file that is not valid. Exit 2. */
export class UsageError extends ReportedError {
  override readonly name = 'UsageError';
  readonly exitCode = exitCodes.usage;
}

/** This machine can't do it as it is; `remedy` is a command or a sentence that helps. Exit 3. */
export class MachineError extends ReportedError {
  override readonly name = 'MachineError';
  readonly exitCode = exitCodes.machine;
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message, options);
    this.remedy = remedy;
  }
}

/** Tools, images or the cluster could not be made ready. Exit 4. */
export class ProvisioningError extends ReportedError {
  override readonly name = 'ProvisioningError';
  readonly exitCode = exitCodes.provisioning;
}

/** Something of ours could not be removed; `left` names it, `remedy` is a command or a sentence that helps. Exit 5. */
export class CleanupError extends ReportedError {
  override readonly name = 'CleanupError';
  readonly exitCode = exitCodes.cleanupIncomplete;
  readonly left: readonly string[];
  readonly remedy: string;

  constructor(message: string, left: readonly string[], options: ErrorOptions & { remedy?: string } = {}) {
    super(message, options);
    this.left = left;
    this.remedy = options.remedy ?? '`npm run lab gc` tries again';
  }
}

/** What asks a process to end: a closed terminal, Ctrl-C, `kill`; and the exit code of each. */
export const stopSignals = {
  SIGHUP: exitCodes.sighup,
  SIGINT: exitCodes.sigint,
  SIGTERM: exitCodes.sigterm,
} as const;
export type StopSignal = keyof typeof stopSignals;

/** The person pressed Ctrl-C or closed the terminal, or the process was asked to end. Exit 130, 129 or 143. */
export class InterruptedError extends ReportedError {
  override readonly name = 'InterruptedError';
  readonly exitCode: (typeof stopSignals)[StopSignal];

  constructor(signal: StopSignal) {
    super(`stopped by ${signal}`);
    this.exitCode = stopSignals[signal];
  }
}
