import { expect, it } from 'vitest';
import { recordedCapture } from '../testdata/captures.ts';
import { generator, mutate } from '../testdata/mutate.ts';
import { modes, scenarios } from '../testdata/recorded.ts';
import { traceSchema } from '../trace.ts';
import { observe } from './observe.ts';

/** Damages about one line in twenty, and loses one in fifty. */
function damage(text: string, next: (below: number) => number): string {
  return text
    .split('\n')
    .filter(() => next(50) !== 0)
    .map((line) => (next(20) === 0 ? mutate(line, next) : line))
    .join('\n');
}

it('220 damaged captures: no exception, traces that fit the schema, and no silent success', () => {
  const next = generator(4);
  for (let round = 0; round < 10; round++) {
    for (const mode of modes) {
      for (const scenario of scenarios) {
        const capture = recordedCapture(mode, scenario);
        const places = capture.places.map((place) => ({
          ...place,
          traceText: damage(place.traceText, next),
          conntrackEvents: damage(place.conntrackEvents ?? '', next),
          ...(place.nftRuleset === undefined ? {} : { nftRuleset: damage(place.nftRuleset, next) }),
          ...(place.routes === undefined ? {} : { routes: damage(place.routes, next) }),
        }));
        const { traces, problems } = observe({ ...capture, places });
        for (const trace of traces) expect(traceSchema.parse(trace)).toEqual(trace);
        const [request, reply] = traces;
        const answered = capture.probe.result?.exit === 0;
        const whole = request.end.kind === 'delivered' && reply.end.kind === 'delivered';
        if (answered && !whole) expect(problems.some(({ harm }) => harm === 'incomplete')).toBe(true);
      }
    }
  }
});
