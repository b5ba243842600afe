/** `npm run new:chapter 42-demo`. */
import { join } from 'node:path';
import { ReportedError, UsageError } from '../src/host/errors.ts';
import { whatIsLeft, writeChapter } from './chapter/write-chapter.ts';

try {
  const [id, ...others] = process.argv.slice(2);
  if (id === undefined || id.startsWith('-') || others.length > 0) {
    throw new UsageError('npm run new:chapter takes one name, NN-name, like 42-demo');
  }
  const files = await writeChapter(join(import.meta.dirname, '..'), id);
  console.log(whatIsLeft(id, files));
} catch (error) {
  if (!(error instanceof ReportedError)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
