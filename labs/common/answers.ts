/** A gate that labs use before, while and after something is broken. */

/** Opens when this place gets an answer at this address. `id`s are a lab's own, so each use names its own. */
export const answers = (id: string, claim: string, from: string, url: string) => ({
  kind: 'answers' as const,
  id,
  claim,
  from,
  url,
});
