/** The raw lines of some hops, out of the text file that src/site/ledger/raw.ts writes. */
const files = new Map<string, Promise<string>>();

/** @throws TypeError when the file can't be had. */
export async function linesOf(file: string, hops: readonly string[]): Promise<string> {
  const text = files.get(file) ?? read(file);
  files.set(file, text);
  return sectionsOf(await text, hops);
}

async function read(file: string): Promise<string> {
  const response = await fetch(file);
  if (response.ok) return response.text();
  files.delete(file);
  throw new TypeError(`${file}: HTTP ${response.status}`);
}

export function sectionsOf(text: string, hops: readonly string[]): string {
  const sections = text.split(/^## /m).slice(1);
  return hops
    .flatMap((hop) => sections.filter((section) => section.startsWith(`${hop}\n`)))
    .map((section) => section.slice(section.indexOf('\n') + 1).trim())
    .join('\n\n');
}
