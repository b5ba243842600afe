/** Draws a diagram in the drawing thread. */
import { createHash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import type { Answer, Request } from './draw.ts';
import type { Drawing } from './tidy.ts';

/** A diagram that mermaid can't read. */
export class DiagramError extends Error {
  override readonly name = 'DiagramError';
  /** In the diagram's source, the first is 1. */
  readonly line: number | undefined;
  constructor(message: string, line: number | undefined) {
    super(message);
    this.line = line;
  }
}

const drawings = new Map<string, Promise<Drawing>>();
const waiting = new Map<string, (answer: Answer) => void>();
let thread: Worker | undefined;

/** The same source gives the same id and the same drawing, in every build. */
export async function render(source: string): Promise<Drawing> {
  const id = `diagram-${createHash('sha256').update(source).digest('hex').slice(0, 8)}`;
  const known = drawings.get(id) ?? draw({ id, source });
  drawings.set(id, known);
  return known;
}

async function draw(request: Request): Promise<Drawing> {
  const worker = start();
  const answer = await new Promise<Answer>((resolve) => {
    waiting.set(request.id, resolve);
    // Held only while it draws: an idle thread must not keep the build from ending.
    worker.ref();
    worker.postMessage(request);
  });
  if ('error' in answer) throw new DiagramError(answer.error, answer.line);
  return answer.drawing;
}

function start(): Worker {
  if (thread !== undefined) return thread;
  thread = new Worker(new URL('./draw.ts', import.meta.url));
  thread.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
    if (waiting.size === 0) thread?.unref();
  });
  thread.on('error', (error) => {
    for (const [id, resolve] of waiting)
      resolve({ id, error: `the drawing thread ended: ${error.message}`, line: undefined });
    waiting.clear();
    thread = undefined;
  });
  return thread;
}
