/** Why a `go` command failed, in one sentence out of many lines. Pure. */

const noise = [/^go: downloading /, /^# /, /^\s*$/, /^[\w.-]+(\/[\w.-]+)+$/];

/**
 * The first line that says why, with what the server answered when Go quotes it. The address of a module proxy is
 * left out: it is a person's own setting, may carry credentials, and the module is named beside it.
 */
export function explainGoFailure(output: string): string {
  const lines = (jsonError(output) ?? output)
    .split('\n')
    .filter((line) => !noise.some((one) => one.test(line)));
  const [first = 'go printed no reason', second = ''] = lines.map((line) => line.trim());
  const answer = second.startsWith('server response:') ? ` (${second})` : '';
  return withoutProxy(`${first}${answer}`);
}

function jsonError(output: string): string | undefined {
  try {
    const told: unknown = JSON.parse(output);
    return told && typeof told === 'object' && 'Error' in told ? String(told.Error) : undefined;
  } catch {
    return undefined; // not the output of a command with -json
  }
}

const withoutProxy = (text: string) =>
  text
    .replace(/(reading|Get) "?https?:\/\/[^\s"]+"?: /, (_, verb) =>
      verb === 'reading' ? 'the module proxy answered ' : 'the module proxy can’t be reached: ',
    )
    .replace(/"?https?:\/\/[^\s"]+"?/g, 'the module proxy');
