/** `npm run new:chapter 42-demo`. */
import { join } from 'node:path';
import { exitCodes, UsageError } from '../src/host/errors.ts';
import { whatIsLeft, writeChapter } from './chapter/write-chapter.ts';
import { exitWith } from './cli/exit-with.ts';

await exitWith(async () => {
  const [id, ...others] = process.argv.slice(2);
  if (id === undefined || id.startsWith('-') || others.length > 0) {
    throw new UsageError('npm run new:chapter takes one name, NN-name, like 42-demo');
  }
  const files = await writeChapter(join(import.meta.dirname, '..'), id);
  console.log(whatIsLeft(id, files));
  return exitCodes.passed;
});
