import { luckOf } from '../messages/luck.js';
import { assign, type Experiment, type ExperimentArm } from './domain/experiment.js';

/**
 * The variant that a contact is in, or `holdout`: by a hash of the experiment and the contact, so that it is the same
 * every time, everywhere, and independent of every other experiment. Nothing is stored for it.
 */
export function assignVariant(experiment: Experiment, contact: string): ExperimentArm | 'holdout' {
  return assign(experiment, {
    holdout: luckOf('holdout', experiment.key, contact),
    arm: luckOf('experiment', experiment.key, contact),
  });
}
