/** The flags of `lab`, as data: parsing, help and the check which command has which flag read the same list. */

interface FlagSpec {
  readonly short?: string;
  /** Name of the value; without it the flag is a switch. */
  readonly value?: string;
  readonly help: string;
}

export const flags = {
  yes: { short: 'y', help: 'Change this machine without asking (Docker, images)' },
  keep: { help: 'Leave the cluster running at the end' },
  'keep-on-failure': { help: 'Leave the cluster running when something failed' },
  reuse: { help: 'Take a cluster that was kept' },
  fresh: { help: 'Make a new cluster, also where one was kept' },
  'proxy-mode': { value: 'MODE', help: 'iptables, nftables or all' },
  network: { value: 'NAME', help: 'Pod network: kindnet, another of the lab, or all' },
  faults: { help: 'Break the lab and repair it, too: prove its faults' },
  until: { value: 'STEP', help: 'Stop after this step' },
  'dry-run': { help: 'Print every command and run none' },
  step: { help: 'Wait for Enter before each step' },
  timeout: { value: 'SECONDS', help: 'Give up and clean up after this time' },
  reporter: { value: 'NAME', help: 'tty, plain, jsonl or junit' },
  out: { value: 'FILE', help: 'Write the report to a file as well' },
  json: { help: 'Print JSON' },
  wide: { help: 'No limit of 100 columns' },
  count: { value: 'N', help: 'Ask N times: a random endpoint shows only so' },
  undo: { help: 'Take back what setup did to this machine' },
  pin: { help: 'Write the digests of pulled images to images/' },
  quiet: { short: 'q', help: 'Only failures and the summary' },
  verbose: { short: 'v', help: 'All of each output' },
  'no-color': { help: 'No colours (also NO_COLOR=1)' },
  help: { short: 'h', help: 'Show this' },
} as const satisfies Record<string, FlagSpec>;

export type FlagName = keyof typeof flags;
export const flagNames = Object.keys(flags) as FlagName[];

export const flagSpec = (name: FlagName): FlagSpec => flags[name];
