/** Where reports are written to: a file descriptor, at once, so that nothing is lost when the process ends. */
import { writeSync } from 'node:fs';

export interface Output {
  write(text: string): void;
  /** Of a terminal, as they are now; 80 and 24 elsewhere. */
  size(): { readonly columns: number; readonly rows: number };
}

/** Milliseconds until a pipe whose reader is slow is tried again. */
const retryMs = 5;

/**
 * Writes synchronously: `process.stdout` buffers on pipes, and what it holds is gone at `process.exit`.
 * A pipe that nobody reads any more (`| head`) swallows the rest; the run goes on and cleans up.
 */
export function descriptorOutput(stream: NodeJS.WriteStream & { fd: number }): Output {
  let open = true;
  return {
    write(text) {
      let rest = Buffer.from(text);
      while (open && rest.length > 0) {
        try {
          rest = rest.subarray(writeSync(stream.fd, rest));
        } catch (error) {
          const { code } = error as NodeJS.ErrnoException;
          if (code === 'EPIPE') open = false;
          else if (code === 'EAGAIN') pause();
          else throw error;
        }
      }
    },
    size: () => ({ columns: stream.columns || 80, rows: stream.rows || 24 }),
  };
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
}
