import Sequencer from '@jest/test-sequencer';

/** What takes minutes, and is small as a file, which is all that jest knows of it in a fresh clone. */
const LONG = /\/api-(conformance|fuzz)\.test\.ts$/;

/** Begins with the longest tests, so that none of them goes on alone at the end. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    const isLong = ({ path }) => LONG.test(path);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
}
