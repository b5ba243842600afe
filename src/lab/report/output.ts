/** Where reports are written to: a file descriptor, at once, so that nothing is lost when the process ends. */
import { writeSync } from 'node:fs';

export interface Output {
  write(text: string): void;
  /** Of a terminal, as they are now; 80 and 24 elsewhere. */
  size(): { readonly columns: number; readonly rows: number };
}

/** Told once, when the rest of a report can't be written. */
export type OnLost = (cause: string) => void;

/** Milliseconds until a pipe whose reader is slow is tried again. */
const retryMs = 5;

/** What is written to: a stream of this process, or a file. */
type Target = Pick<NodeJS.WriteStream, 'columns' | 'rows'> & {
  readonly fd: number;
  readonly isTTY?: boolean;
};

/** Whoever read has gone: a pipe without a reader (`| head`), a terminal that was closed. Nobody misses the rest. */
const isReaderGone = ({ isTTY }: Pick<Target, 'isTTY'>, code: string | undefined) =>
  code === 'EPIPE' || (code === 'EIO' && isTTY === true);

/**
 * Writes synchronously: `process.stdout` buffers on pipes, and what it holds is gone at `process.exit`. Never throws:
 * what is reported is work that goes on and cleans up, also where the disk of its log is full.
 */
export function descriptorOutput(stream: Target, onLost: OnLost): Output {
  let open = true;
  return {
    write(text) {
      let rest = Buffer.from(text);
      while (open && rest.length > 0) {
        try {
          rest = rest.subarray(writeSync(stream.fd, rest));
        } catch (error) {
          const { code, message } = error as NodeJS.ErrnoException;
          if (code === 'EAGAIN') pause();
          else {
            open = false;
            if (!isReaderGone(stream, code)) onLost(message);
          }
        }
      }
    },
    size: () => ({ columns: stream.columns || 80, rows: stream.rows || 24 }),
  };
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
}
