/** A page that shows what no lab has recorded. Ends the build; the message says what to do. */
export class EvidenceError extends Error {
  override readonly name = 'EvidenceError';
}
