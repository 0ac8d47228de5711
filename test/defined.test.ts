import { expect, test } from 'vitest';
import { defined } from '../defined.js';

test('defined keeps the fields that are given, null and zero among them, and leaves out the others', () => {
  const made = defined({ size: 0, name: null, signal: undefined });
  expect(made).toEqual({ size: 0, name: null });
  expect(Object.keys(made)).toEqual(['size', 'name']);
});
