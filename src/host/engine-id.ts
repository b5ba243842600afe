/** Which engine the docker command talks to. */
import { CommandError, type Exec } from './exec.ts';

/** As long as `askDocker` waits for it. */
const timeoutMs = 6_000;

/** The engine's own id, the same by whatever context it is reached; `undefined` where none answers. */
export async function engineId(exec: Exec): Promise<string | undefined> {
  try {
    const { stdout } = await exec(['docker', 'info', '--format', '{{.ID}}'], { timeoutMs, accept: 'any' });
    return /^[\w:-]+$/.exec(stdout.trim())?.[0];
  } catch (error) {
    if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
    return undefined;
  }
}
