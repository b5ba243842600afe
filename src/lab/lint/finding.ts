/** What lint has found, and where. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Finding {
  /** From the root of the checkout. */
  readonly file: string;
  readonly line?: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

/** `labs/03-nodeport/faults.ts:41: error: …` */
export function formatFinding({ file, line, severity, message }: Finding): string {
  return `${file}${line === undefined ? '' : `:${line}`}: ${severity}: ${message}`;
}

/** A lab's own files by name from the root of the checkout: its definition may be spread over several. */
export async function readSources(projectRoot: string, id: string): Promise<ReadonlyMap<string, string>> {
  const folder = join('labs', id);
  const names = await readdir(join(projectRoot, folder), { recursive: true });
  const files = names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
  const texts = await Promise.all(files.map((file) => readFile(join(projectRoot, file), 'utf8')));
  return new Map(files.map((file, index) => [file, texts[index] ?? '']));
}

/** The place where `text` is written; the lab's main file when it is put together from parts. */
export function locate(
  sources: ReadonlyMap<string, string>,
  id: string,
  text: string,
): Pick<Finding, 'file' | 'line'> {
  for (const [file, source] of sources) {
    const index = source.indexOf(text);
    if (index !== -1) return { file, line: source.slice(0, index).split('\n').length };
  }
  return { file: join('labs', id, 'lab.ts') };
}
