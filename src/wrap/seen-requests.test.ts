import { describe, expect, test } from 'vitest';
import { SeenRequests } from './seen-requests.ts';

describe('request ids that were seen', () => {
  test('count up for each function', () => {
    const seen = new SeenRequests(10);
    expect([seen.next('f', 'a'), seen.next('f', 'a'), seen.next('f', 'a')]).toEqual([0, 1, 2]);
    expect([seen.next('f', 'b'), seen.next('g', 'a')]).toEqual([0, 0]);
  });

  test('are forgotten over the bound, those first that did not come for longest', () => {
    const seen = new SeenRequests(2);
    seen.next('f', 'a');
    seen.next('f', 'b');
    seen.next('f', 'a');
    seen.next('f', 'c');
    expect([seen.next('f', 'a'), seen.next('f', 'b')]).toEqual([2, 0]);
  });
});
