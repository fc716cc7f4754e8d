import { describe, expect, it } from '@jest/globals';
import { PathTableBuilder } from '../path-table-builder.js';
import { seededDraw } from '../random.js';
import { ChannelSets } from './channel-sets.js';
import { SetTree } from './set-tree.js';

describe('parts of a set', () => {
  // Of a few channels each node has a place for every channel, of many it has a list of those that are there.
  it.each([3, 8, 40])('are found among all, in order, of %d channels', (channels) => {
    const draw = seededDraw(channels);
    const builder = new PathTableBuilder();
    for (let i = 0; i < 300; i++) {
      const path = Array.from({ length: 1 + Math.floor(draw() * 9) }, () => `c${Math.floor(draw() ** 3 * channels)}`);
      builder.add({ path, conversions: 1 });
    }
    const table = builder.build();
    const sets = new ChannelSets(table);
    const all = Array.from({ length: sets.size }, (_, set) => set);
    const some = all.filter((set) => set % 3 > 0);
    const tree = new SetTree(sets, some, table.channels.length);
    let parts = 0;
    for (const set of all) {
      const whole = new Set(sets.membersOf(set));
      const found: number[] = [];
      tree.forEachPart(sets.membersOf(set), (part) => found.push(part));
      const isPart = (one: number): boolean => sets.membersOf(one).every((channel) => whole.has(channel));
      expect(found).toEqual(some.filter(isPart).toSorted((a, b) => sets.compare(a, b)));
      parts += found.length;
    }
    expect(parts).toBeGreaterThan(sets.size);
  });
});
