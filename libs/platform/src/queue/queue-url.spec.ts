import { expect, it } from '@jest/globals';
import { mistakenForm, readQueueUrl, refusalOfWrite } from './queue-url.js';

const NOBODY = { username: undefined, password: undefined };

it.each([
  ['postgres', { kind: 'postgres' }],
  ['redis://h:1', { kind: 'redis', url: 'redis://h:1' }],
  ['rediss://u:p@h', { kind: 'redis', url: 'rediss://u:p@h' }],
  ['redis+cluster://a', { kind: 'cluster', nodes: [{ host: 'a', port: 6379 }], tls: false, ...NOBODY }],
  [
    'rediss+cluster://:p%40ss@a.b:1,[::1]:2,10.0.0.1',
    {
      kind: 'cluster',
      nodes: [
        { host: 'a.b', port: 1 },
        { host: '::1', port: 2 },
        { host: '10.0.0.1', port: 6379 },
      ],
      tls: true,
      username: undefined,
      password: 'p@ss',
    },
  ],
  [
    'redis+cluster://u:p@a:1/',
    { kind: 'cluster', nodes: [{ host: 'a', port: 1 }], tls: false, username: 'u', password: 'p' },
  ],
])('%s is read', (text, place) => expect(readQueueUrl(text)).toEqual(place));

it.each([
  'mysql://h',
  'redis+cluster://',
  'redis+cluster://a,',
  'redis+cluster://a:0',
  'redis+cluster://a:65536',
  'redis+cluster://a:x',
  'redis+cluster://:%zz@a',
  'redis+cluster://a?b',
  'redis+cluster://redis://a',
])('%s is not', (text) => expect(readQueueUrl(text)).toBeNull());

it.each([
  ['redis', '# Cluster\r\ncluster_enabled:1\r\n', 'one node of a Redis cluster'],
  ['redis', '# Cluster\r\ncluster_enabled:0\r\n', null],
  ['redis', '', null],
  ['cluster', '# Cluster\r\ncluster_enabled:1\r\n', null],
  ['cluster', '# Cluster\r\ncluster_enabled:0\r\n', 'is no cluster'],
] as const)('%s where %j answers: %s', (kind, info, says) => {
  const problem = mistakenForm(kind, info);
  if (says === null) expect(problem).toBeNull();
  else expect(problem).toContain(says);
});

it.each([
  ["OOM command not allowed when used memory > 'maxmemory'.", 'full'],
  ['MOVED 5463 127.0.0.1:18782', 'redis+cluster://'],
  ['CLUSTERDOWN Hash slot not served', 'slots'],
  ["READONLY You can't write against a read only replica.", 'replica'],
  ['MISCONF Redis is configured to save RDB snapshots', 'disk'],
  ['NOAUTH Authentication required.', 'password'],
  ['something at 10.1.2.3 with secrets', 'could not be checked'],
])('%s is told', (error, says) => {
  expect(refusalOfWrite(error)).toContain(says);
  expect(refusalOfWrite(error)).not.toContain('127.0.0.1');
});
