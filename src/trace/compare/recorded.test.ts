/** What was recorded on two clusters is what is predicted from their objects, hop by hop. */
import { describe, expect, it } from 'vitest';
import { observe } from '../observe/observe.ts';
import { predict } from '../predict/predict.ts';
import { recordedProbe, recordedState } from '../predict/testdata/recorded-clusters.ts';
import { recordedCapture } from '../testdata/captures.ts';
import { modes, scenarios } from '../testdata/recorded.ts';
import { compare } from './compare.ts';

describe.each(modes)('%s mode', (mode) => {
  it.each(scenarios)('%s was observed as predicted', (scenario) => {
    const capture = recordedCapture(mode, scenario);
    const predicted = predict(recordedState(mode), recordedProbe(capture.probe));
    expect(compare(predicted, observe(capture).traces)).toEqual({ verdict: 'equal' });
  });

  it('each recording fits its own prediction only', () => {
    const all = scenarios.map((scenario) => recordedCapture(mode, scenario));
    const equal = all.map((asked) =>
      scenarios.filter((_, index) => {
        const predicted = predict(recordedState(mode), recordedProbe(asked.probe));
        return compare(predicted, observe(all[index] as (typeof all)[number]).traces).verdict === 'equal';
      }),
    );
    expect(equal).toEqual(scenarios.map((scenario) => [scenario]));
  });
});
