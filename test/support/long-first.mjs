// In which order the files of a run are tested, when no earlier run is known, as on a fresh clone. Files that start
// processes or a browser take longest and spend much of it waiting; started first, they do not stand alone at the end.
import Sequencer from '@jest/test-sequencer';
import fs from 'node:fs';

const STARTS_MUCH = /\b(new Installation|startProcess|describeInBrowser|startDurablePostgres|spawn|execFile)\(/;

export default class LongFirst extends Sequencer {
  sort(tests) {
    const usual = super.sort(tests); // Longest first by what earlier runs took, otherwise by size.
    if (usual.some(({ duration }) => duration !== undefined)) return usual;
    const startsMuch = new Map(usual.map((test) => [test, STARTS_MUCH.test(fs.readFileSync(test.path, 'utf8'))]));
    return usual.sort((a, b) => Number(startsMuch.get(b)) - Number(startsMuch.get(a)));
  }
}
