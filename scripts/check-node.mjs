// Runs before every script, on whatever Node there is: plain JavaScript, no imports of ours, no dependencies.
import { existsSync } from 'node:fs';

const [major, minor] = process.versions.node.split('.').map(Number);
const stripsTypes = Boolean(process.features.typescript);
const installed = existsSync(new URL('../node_modules', import.meta.url));

const problem = !installed
  ? 'The dependencies are not installed yet: run `npm ci` first.'
  : major < 22 || (major === 22 && minor < 18) || !stripsTypes
    ? `This project needs Node 22.18 or newer with type stripping and was started with ${process.versions.node}: install one from https://nodejs.org (on Linux, \`npm ci\` brings one along).`
    : undefined;

if (problem !== undefined) {
  console.error(problem);
  process.exit(3);
}
