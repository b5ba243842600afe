/** Which engine the docker command talks to. */
import { type Argv, CommandError, type Exec } from './exec.ts';

/** As long as `askDocker` waits for it. */
const timeoutMs = 6_000;

/**
 * The engine's own id, the same by whatever context it is reached; `undefined` where none answers.
 * @param endpoint without it, the one that the docker command is set to
 */
export async function engineId(exec: Exec, endpoint?: string): Promise<string | undefined> {
  const docker: Argv = endpoint === undefined ? ['docker'] : ['docker', '--host', endpoint];
  try {
    const { stdout } = await exec([...docker, 'info', '--format', '{{.ID}}'], { timeoutMs, accept: 'any' });
    return /^[\w:-]+$/.exec(stdout.trim())?.[0];
  } catch (error) {
    if (!(error instanceof CommandError) || error.outcome === 'cancelled') throw error;
    return undefined;
  }
}
