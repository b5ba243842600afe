/** What `util.parseArgs` and Number don't like, as an error for the person. */
import { UsageError } from '../../src/host/errors.ts';

/** @param help added to the sentence. @throws UsageError with the first sentence of what parseArgs throws. */
export function parseWords<T>(parse: () => T, help = ''): T {
  try {
    return parse();
  } catch (error) {
    const [sentence] = (error as Error).message.split('. ');
    throw new UsageError(`${sentence}${help}`, { cause: error });
  }
}

/** @throws UsageError */
export function positive(flag: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new UsageError(`--${flag} is a whole number from 1 on, not "${text}"`);
}
