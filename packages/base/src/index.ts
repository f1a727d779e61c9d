export { AssertionError, assert, assertNever } from './assert.ts';
