/** What changes the machine is shown first, as the commands that will run, and done only after a yes. */

export interface ConsentRequest {
  /** One sentence for a person: what will be different on this machine. */
  readonly what: string;
  /** The commands as a person would type them. */
  readonly commands: readonly string[];
}

/** Resolves to `false` for a no, and where nobody can be asked. */
export type Consent = (request: ConsentRequest) => Promise<boolean>;
