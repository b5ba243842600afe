import { expect, test } from 'vitest';
import { pathBox } from './path-box.ts';

test('a path’s box spans its corners', () => {
  expect(pathBox('M10,20L30,20L30,50Z')).toEqual({ x: 10, y: 20, width: 20, height: 30 });
});

test('relative commands count from where the pen is', () => {
  expect(pathBox('m10 10 h20 v5 l-30 0')).toEqual({ x: 0, y: 10, width: 30, height: 5 });
});

test('an arc ends where its last two numbers say', () => {
  expect(pathBox('M0,0A5,5,0,0,1,10,10')).toEqual({ x: 0, y: 0, width: 10, height: 10 });
});

test('a path that draws nothing has no box', () => {
  expect(pathBox('')).toBeUndefined();
});
