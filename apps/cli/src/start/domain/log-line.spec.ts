import { describe, expect, it } from '@jest/globals';
import { readableLine } from './log-line.js';

describe('a line of a child process', () => {
  it.each([
    [
      'shows level and message, then what else it says',
      '{"level":30,"time":"2026-11-21T16:00:00.000Z","pid":7,"hostname":"h","name":"api","port":8080,"msg":"listening"}',
      'api      | info  listening port=8080',
    ],
    ['shows a warning as one', '{"level":40,"msg":"slow"}', 'api      | warn  slow'],
    [
      'puts the stack of an error below it',
      '{"level":50,"err":{"type":"Error","message":"broken","stack":"Error: broken\\n    at f (x.js:1:2)"},"msg":"failed"}',
      'api      | error failed err="Error broken"\napi      |         at f (x.js:1:2)',
    ],
    ['passes what is no JSON', 'Warning: something', 'api      | Warning: something'],
    ['passes JSON that is no log line', '{"a":1}', 'api      | {"a":1}'],
    ['passes half a line of JSON', '{"level":30,', 'api      | {"level":30,'],
  ])('%s', (_name, line, shown) => {
    expect(readableLine('api', line)).toBe(shown);
  });
});
