/** What was recorded on two clusters is what is predicted from their objects, hop by hop. */
import { describe, expect, it } from 'vitest';
import { observe } from '../observe/observe.ts';
import { predict } from '../predict/predict.ts';
import { recordedProbe, recordedState } from '../predict/testdata/recorded-clusters.ts';
import { recordedCapture } from '../testdata/captures.ts';
import { modes, scenarios } from '../testdata/recorded.ts';
import { compare } from './compare.ts';

describe.each(modes)('%s mode', (mode) => {
  const state = recordedState(mode);
  const recordings = scenarios.map((scenario) => {
    const capture = recordedCapture(mode, scenario);
    return {
      scenario,
      predicted: predict(state, recordedProbe(capture.probe)),
      observed: observe(capture).traces,
    };
  });

  it.each(recordings)('$scenario was observed as predicted', ({ predicted, observed }) => {
    expect(compare(predicted, observed)).toEqual({ verdict: 'equal' });
  });

  it.each(recordings)('the prediction for $scenario fits no other recording', ({ scenario, predicted }) => {
    const fitting = recordings.filter(({ observed }) => compare(predicted, observed).verdict === 'equal');
    expect(fitting.map((one) => one.scenario)).toEqual([scenario]);
  });
});
