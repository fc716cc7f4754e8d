import { expect, it } from '@jest/globals';
import { CHANNELS, type Channel, MESSAGE_CLASSES, type MessageClass, type MessageId } from '#lib/kernel';
import { classOf, type Lane, laneOf, laneOfJob, LANES, wakeUpsOf } from './lane.js';

const PRIORITIES = Array.from({ length: 10 }, (_, i) => i);
const message = (id: string, messageClass: MessageClass, priority = 5, channel: Channel = 'email') => ({
  id: id as MessageId,
  channel,
  class: messageClass,
  priority,
});

it.each<[MessageClass, number, Lane]>([
  ['transactional', 9, 1],
  ['transactional', 6, 1],
  ['transactional', 5, 2],
  ['transactional', 4, 3],
  ['transactional', 0, 3],
  ['commercial', 9, 4],
  ['commercial', 6, 4],
  ['commercial', 5, 5],
  ['commercial', 4, 6],
  ['commercial', 0, 6],
])('a %s message of priority %i waits in lane %i', (messageClass, priority, lane) => {
  expect(laneOf({ class: messageClass, priority })).toBe(lane);
});

it('has no transactional message wait behind a commercial one, whatever callers say, and none behind what matters less', () => {
  for (const priority of PRIORITIES) {
    for (const other of PRIORITIES) {
      const lane = laneOf({ class: 'transactional', priority });
      expect(lane).toBeLessThan(laneOf({ class: 'commercial', priority: other }));
      if (other < priority) expect(lane).toBeLessThanOrEqual(laneOf({ class: 'transactional', priority: other }));
    }
  }
});

it('has a class and a number that a queue knows for each lane', () => {
  for (const messageClass of MESSAGE_CLASSES)
    for (const priority of PRIORITIES) {
      const lane = laneOf({ class: messageClass, priority });
      expect(classOf(lane)).toBe(messageClass);
      expect(laneOfJob(lane)).toBe(lane);
      expect(lane).toBeGreaterThan(0); // Jobs of priority 0 would go before all lanes.
    }
  expect([undefined, 0, 7].map(laneOfJob)).toEqual([6, 6, 6]);
});

it('wakes a mixed batch by one job for each channel and lane, the most urgent first and each in the order of the batch', () => {
  const batch = [
    message('a', 'commercial'),
    message('b', 'transactional'),
    message('c', 'commercial', 5, 'sms'),
    message('d', 'commercial'),
    message('e', 'transactional', 9),
    message('f', 'transactional'),
  ];
  expect(wakeUpsOf(batch, 500)).toEqual([
    { channel: 'email', lane: 1, ids: ['e'] },
    { channel: 'email', lane: 2, ids: ['b', 'f'] },
    { channel: 'email', lane: 5, ids: ['a', 'd'] },
    { channel: 'sms', lane: 5, ids: ['c'] },
  ]);
});

it('puts no more into a job than it may have, and every message into one', () => {
  const batch = CHANNELS.flatMap((channel) =>
    MESSAGE_CLASSES.flatMap((messageClass) =>
      PRIORITIES.map((priority) => message(`${channel} ${messageClass} ${priority}`, messageClass, priority, channel)),
    ),
  );
  const jobs = wakeUpsOf([...batch, ...batch], 3);
  expect(jobs.every(({ ids }) => ids.length <= 3 && ids.length > 0)).toBe(true);
  expect(jobs.flatMap(({ ids }) => ids).sort()).toEqual([...batch, ...batch].map(({ id }) => id).sort());
  expect(new Set(jobs.map(({ lane }) => lane))).toEqual(new Set(LANES));
  for (const { channel, lane, ids } of jobs)
    for (const id of ids) {
      const [, messageClass, priority] = id.split(' ') as [string, MessageClass, string];
      expect([id.split(' ')[0], laneOf({ class: messageClass, priority: Number(priority) })]).toEqual([channel, lane]);
    }
});
