import { expect, test } from 'vitest';
import { FairQueue } from './fair-queue.ts';

const anyKey = () => true;

function drain(queue: FairQueue<string>): string[] {
  const items: string[] = [];
  for (let item = queue.next(anyKey); item !== undefined; item = queue.next(anyKey)) {
    items.push(item);
  }
  return items;
}

test('keys take turns, each in the order of its arrival', () => {
  const queue = new FairQueue<string>();
  for (const item of ['a1', 'a2', 'a3', 'b1', 'c1', 'b2']) {
    queue.add(item.charAt(0), item);
  }
  expect([queue.size, queue.sizeOf('a'), queue.sizeOf('d')]).toEqual([6, 3, 0]);
  expect(drain(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  expect(queue.size).toBe(0);
});

test('who was served comes after everybody who waits already', () => {
  const queue = new FairQueue<string>();
  queue.add('a', 'a1');
  queue.add('b', 'b1');
  expect(queue.next(anyKey)).toBe('a1');
  queue.add('a', 'a2');
  queue.add(undefined, 'own');
  expect(drain(queue)).toEqual(['b1', 'a2', 'own']);
});

test('a key that is passed over keeps its turn, and is taken where no other waits', () => {
  const queue = new FairQueue<string>();
  queue.add('a', 'a1');
  queue.add('b', 'b1');
  queue.add('b', 'b2');
  expect(queue.next((key) => key !== 'a')).toBe('b1');
  expect(queue.next(anyKey)).toBe('a1');
  expect(queue.next((key) => key !== 'b')).toBe('b2');
});

test('the program itself has its turn as well where a key is passed over', () => {
  const queue = new FairQueue<string>();
  queue.add('a', 'a1');
  queue.add(undefined, 'own');
  expect(queue.next((key) => key !== 'a')).toBe('own');
});

test('what has left is not taken, and leaves once', () => {
  const queue = new FairQueue<string>();
  queue.add('a', 'a1');
  queue.add('a', 'a2');
  queue.remove('a', 'a1');
  queue.remove('a', 'a1');
  queue.remove('b', 'b1');
  expect(queue.size).toBe(1);
  expect(drain(queue)).toEqual(['a2']);
});
