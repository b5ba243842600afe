/** A manifest of a lab, whole or by region: what is shown is what the lab applies. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EvidenceError } from '../evidence/error.ts';

/**
 * A region stands between `# region NAME` and `# endregion`; the markers are not shown. Comments at the top of
 * the file are for who reads the file, and are left out.
 *
 * @throws EvidenceError when there is no such file or region.
 */
export async function readManifest(
  root: string,
  lab: string,
  file: string,
  region?: string,
): Promise<string> {
  const shown = `labs/${lab}/manifests/${file}`;
  const text = await readFile(join(root, shown), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new EvidenceError(`there is no ${shown}`);
    throw error;
  });
  const lines = text.trimEnd().split('\n');
  const marker = /^\s*#\s*(region\b.*|endregion\b.*)$/;
  if (region === undefined) {
    const start = lines.findIndex((line) => !line.startsWith('#'));
    return lines
      .slice(start)
      .filter((line) => !marker.test(line))
      .join('\n');
  }
  const from = lines.findIndex((line) => new RegExp(`^\\s*#\\s*region\\s+${region}\\s*$`).test(line));
  const to = lines.findIndex((line, index) => index > from && /^\s*#\s*endregion\b/.test(line));
  if (from === -1 || to === -1) throw new EvidenceError(`${shown} has no region "${region}"`);
  return unindent(lines.slice(from + 1, to));
}

function unindent(lines: readonly string[]): string {
  const depth = Math.min(...lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)));
  return lines.map((line) => line.slice(depth)).join('\n');
}
