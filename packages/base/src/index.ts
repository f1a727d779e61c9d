// What every package may use: assertions and errors. No dependencies, nothing of Node.
export { AppError, type AppErrorDetails } from './app-error.ts';
export { AssertionError, assert, assertNever } from './assert.ts';
