/** Asks a person at a terminal one line. */
import { createInterface } from 'node:readline';

export interface Terminal {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  /** Ctrl-C: the question ends with the signal's reason. */
  readonly signal: AbortSignal;
  /** Keeps a reporter from drawing over the question, until the returned function is called. */
  readonly hold: () => () => void;
}

/** Asks on standard error: standard output may go to a file or a pipe, and what a command prints there stays clean. */
export function processTerminal(
  signal: AbortSignal = new AbortController().signal,
  hold: Terminal['hold'] = () => () => {},
): Terminal {
  return { input: process.stdin, output: process.stderr, signal, hold };
}

/** Somebody can be asked: they see the question, and what they type gets here. */
export const canAsk = ({ input, output }: Terminal): boolean => input.isTTY === true && output.isTTY === true;

/**
 * @returns the line without its end; `undefined` at the end of input (Ctrl-D).
 * @throws the reason of the terminal's signal.
 */
export async function ask(terminal: Terminal, question: string): Promise<string | undefined> {
  const { input, output, signal, hold } = terminal;
  signal.throwIfAborted();
  outliveClosing(input);
  const goOn = hold();
  // Not in readline's terminal mode, which is raw: Ctrl-C would be a key there and no signal.
  const lines = createInterface({ input, terminal: false });
  const { promise: answer, resolve, reject } = Promise.withResolvers<string | undefined>();
  const stop = () => reject(signal.reason);
  const end = () => resolve(undefined);
  try {
    signal.addEventListener('abort', stop);
    lines.once('line', resolve);
    lines.once('close', end);
    // A terminal that was closed can't be read any more, and says so with an error; some versions of Node hand it on to
    // the lines, where nobody's error ends the process.
    for (const one of [input, lines]) one.on('error', end);
    output.write(question);
    return await answer;
  } finally {
    // Both outlive the question, and there may be many.
    signal.removeEventListener('abort', stop);
    input.off('error', end);
    lines.close();
    input.pause();
    goOn();
  }
}

const outlived = new WeakSet<Terminal['input']>();

/** A terminal that closes may say so only after the question, when its reader has gone: no error of ours. Once for each. */
function outliveClosing(input: Terminal['input']): void {
  if (outlived.has(input)) return;
  outlived.add(input);
  input.on('error', () => {});
}
