/** What a person asked for can't be predicted: it is not in the cluster, or not of this world. */

/** Carries one sentence for the person who asked; commands print it and end with exit code 2. */
export class PredictionError extends Error {
  override readonly name = 'PredictionError';
}
