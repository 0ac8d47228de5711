import { describe, expect, test } from 'vitest';
import { allOpened, closeAll } from '../../onnx/close-all.js';

/** Things that say when they are closed. */
function things(closed: string[]) {
  return (name: string) => ({
    close: async () => {
      closed.push(name);
      if (name === 'broken') throw new Error('cannot be closed');
    },
  });
}

describe('closeAll', () => {
  test('closes what is left after one could not be closed, and throws its error', async () => {
    const closed: string[] = [];
    const all = ['first', 'broken', 'last'].map(things(closed));
    await expect(closeAll(all.map((one) => () => one.close()))).rejects.toThrow('cannot be closed');
    expect(closed).toEqual(['first', 'broken', 'last']);
  });
});

describe('allOpened', () => {
  test('closes the others where one could not be opened, and throws its error', async () => {
    const closed: string[] = [];
    const thing = things(closed);
    const opening = [
      Promise.resolve(thing('first')),
      Promise.reject(new Error('cannot be opened')),
      Promise.resolve(thing('last')),
    ];
    await expect(allOpened(opening)).rejects.toThrow('cannot be opened');
    expect(closed).toEqual(['first', 'last']);
  });

  test('gives what was opened in its order', async () => {
    const all = ['first', 'last'].map(things([]));
    expect(await allOpened(all.map((one) => Promise.resolve(one)))).toEqual(all);
  });
});
