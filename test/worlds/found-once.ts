/**
 * Worlds in which something did not hold once.
 */
import { NEVER, World } from './world';
import { GUARD, IN_ORDER, malformed } from './worlds';

export const FOUND_ONCE: ReadonlyArray<readonly [name: string, world: World]> = [
  ['nothing is wrong', IN_ORDER],
  ['every look at the experiment is answered too late', { ...IN_ORDER, faults: [{ by: 'gate', operation: 'fis:getExperiment', from: 1, what: 'late', seconds: 60 }] }],
  ['no call is ever answered, from the fourth on', { ...IN_ORDER, subject: 'short', faults: [{ by: 'both', operation: '*', from: 4, what: 'lost' }] }],
  ['an alarm does not say for how long it evaluates', {
    ...IN_ORDER, guards: [{ ...GUARD, evaluationPeriods: 3 }, GUARD], faults: [{ ...malformed('cloudwatch:describeAlarms', 'EvaluationPeriods', 'left out'), calls: 1 }],
  }],
  ['an alarm on an expression does not say its period', {
    ...IN_ORDER, guards: [GUARD, { ...GUARD, evaluationPeriods: 3, expression: true }], faults: [malformed('cloudwatch:describeAlarms', 'MetricStat', 'empty text')],
  }],
  ['an alarm has no name, at first', {
    ...IN_ORDER, subject: 'hourly', experiment: { ends: 'never' }, faults: [{ ...malformed('cloudwatch:describeAlarms', 'AlarmName', 'null'), calls: 1 }],
  }],
  ['an alarm has no name', { ...IN_ORDER, subject: 'composite', guards: [{ ...GUARD, initial: 'ALARM' }, GUARD], faults: [malformed('cloudwatch:describeAlarms', 'AlarmName', 'null')] }],
  ['an experiment has a very long id', { ...IN_ORDER, faults: [malformed('fis:startExperiment', 'Id', 'long text')] }],
  ['an experiment has an empty id', { ...IN_ORDER, faults: [malformed('fis:startExperiment', 'Id', 'empty text')] }],
  ['an earlier experiment has a very long id', {
    ...IN_ORDER, neighbours: [{ who: 'sibling', when: { seconds: 0 }, script: { ends: 'never' } }], faults: [malformed('fis:listExperiments', 'Id', 'long text')],
  }],
  ['an experiment has a very long status', {
    ...IN_ORDER, subject: 'unguarded', faults: [{ ...malformed('fis:getExperiment', 'Status', 'long text'), answer: { field: 'Status', nth: 4, what: 'long text' } }],
  }],
  ['the answer to the start is lost, and the list cannot be read', {
    ...IN_ORDER, faults: [{ by: 'gate', operation: 'fis:startExperiment', from: 1, what: 'disconnected' }, { by: 'gate', operation: 'fis:listExperiments', from: 2, what: 'throttled' }],
  }],
  ['the answer to the start is lost, and an old experiment has the same tags', {
    ...IN_ORDER, past: 5, listing: { order: 'oldest first', lag: 0 }, faults: [{ by: 'gate', operation: 'fis:startExperiment', from: 1, what: 'disconnected' }],
  }],
  ['two gates at once, whose first three calls of each kind are not answered', {
    ...IN_ORDER, subject: 'composite', seed: 928358, faults: [{ by: 'both', operation: '*', from: 1, calls: 3, what: 'lost' }], rival: { state: 'ReadGuards', visit: 1, seconds: 0 },
  }],
  ['two gates at once, and FIS lists experiments late', {
    ...IN_ORDER, listing: { order: 'newest first', lag: 10 }, rival: { state: 'FindExperiments', visit: 1, seconds: 0.5 },
  }],
  ['the list leaves the id of experiments out, when the gate is no more', {
    ...IN_ORDER, experiment: { ends: 'never' }, timeout: 100, faults: [malformed('fis:listExperiments', 'Id', 'left out', 'watchdog')],
  }],
  ['the list has something else in it, when the gate is no more', {
    ...IN_ORDER, experiment: { ends: 'never' }, timeout: 100, faults: [{ ...malformed('fis:listExperiments', '0', 'empty text', 'watchdog'), calls: 62 }],
  }],
  ['the list has something in it that is flattened away, when the gate is no more', {
    ...IN_ORDER, experiment: { ends: 'never' }, timeout: 100, faults: [malformed('fis:listExperiments', '0', 'array', 'watchdog')],
  }],
  ['the list has something else for a token, when the gate is no more', {
    ...IN_ORDER,
    experiment: { ends: 'never' },
    listing: { order: 'oldest first', lag: 0 },
    past: 28,
    timeout: 100,
    faults: [malformed('fis:listExperiments', 'NextToken', 'object', 'watchdog')],
  }],
  ['an alarm that flaps has the same wrong transition time at each look', {
    ...IN_ORDER,
    subject: 'short',
    experiment: { reactionAfter: NEVER },
    guards: [{
      ...GUARD, changes: [{ at: { after: 'end', seconds: -50 }, state: 'ALARM' }, { at: { after: 'end', seconds: -45 }, state: 'OK' }],
    }, GUARD],
    faults: [malformed('cloudwatch:describeAlarms', 'StateTransitionedTimestamp', 'text')],
  }],
  ['a change in the history of an alarm does not say what it is', {
    ...IN_ORDER,
    subject: 'accepting',
    experiment: { reactionAfter: NEVER },
    guards: [{
      ...GUARD, changes: [{ at: { after: 'creation', seconds: 100 }, state: 'ALARM' }, { at: { after: 'creation', seconds: 200 }, state: 'OK' }],
    }, GUARD],
    faults: [{ ...malformed('cloudwatch:describeAlarmHistory', 'HistoryData', 'empty JSON'), answer: { field: 'HistoryData', nth: 1, what: 'empty JSON' } }],
  }],
  ['the watchdog of a long run is always refused', { ...IN_ORDER, subject: 'long', faults: [{ by: 'watchdog', operation: '*', from: 1, what: 'broken' }] }],
  ['the longest run of all, in which the guards take hours to recover', {
    ...IN_ORDER,
    subject: 'longest',
    guards: [{
      ...GUARD, initial: 'ALARM', changes: [{ at: { after: 'start', seconds: 3500 }, state: 'OK' }, { at: { after: 'observation', seconds: -60 }, state: 'ALARM' }],
    }, GUARD],
  }],
  ['the longest run of all, with one answer in two', {
    ...IN_ORDER,
    subject: 'longest',
    guards: [{ ...GUARD, changes: [{ at: { after: 'observation', seconds: -60 }, state: 'ALARM' }] }, GUARD],
    faults: [{ by: 'both', operation: '*', from: 1, sparesOneIn: 2, what: 'throttled' }],
  }],
  ['there are more experiments than anybody reads, from the start of this one on', { ...IN_ORDER, past: 4000 }],
  ['there are more experiments than anybody reads', { ...IN_ORDER, past: 4001 }],
];
