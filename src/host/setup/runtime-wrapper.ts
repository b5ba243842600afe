/**
 * An OCI runtime for hosts where root has not every capability, as in many containers and micro VMs.
 *
 * `docker run --privileged` and `docker exec --privileged`, which kind needs both, ask runc for every capability
 * there is, and runc fails with "unable to apply caps: operation not permitted" when one is not in the bounding
 * set. The wrapper takes the names that can't be had out of what Docker asks for and hands over to the real runc.
 */
import type { Capability } from '../capabilities.ts';

/** The `sed` script that removes string elements from the arrays of JSON text on one line. */
export function removeFromArrays(names: readonly string[]): string {
  const blank = '[[:space:]]*';
  return names
    .flatMap((name) => [`s/,${blank}"${name}"//g`, `s/"${name}"${blank},${blank}//g`, `s/"${name}"//g`])
    .join(';');
}

/**
 * POSIX shell, because it starts for every container and every exec. It edits the two files that carry
 * capabilities: config.json of a bundle (`--bundle DIR`) and the process file of an exec (`--process FILE`).
 */
export function runtimeWrapper(runc: string, missing: readonly Capability[]): string {
  return `#!/bin/sh
# Made by hop-by-hop (npm run lab setup). Takes capabilities that this host lacks out of what Docker asks for:
# ${missing.join(' ')}
set -eu
strip() {
  # One line, so that an element and its comma stay together; and not sed -i, which needs a file beside it.
  kept=$(tr -d '\\n' < "$1" | sed '${removeFromArrays(missing)}')
  printf '%s\\n' "$kept" > "$1"
}
option=
for word in "$@"; do
  case $option in
    --bundle | -b) strip "$word/config.json" ;;
    --process | -p) strip "$word" ;;
  esac
  option=$word
  case $word in
    --bundle=*) strip "\${word#*=}/config.json" ;;
    --process=*) strip "\${word#*=}" ;;
  esac
done
exec ${runc} "$@"
`;
}
