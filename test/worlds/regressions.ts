/**
 * Worlds in which something once did not hold.
 */
import { NEVER, World } from './world';
import { GUARD, NOTHING_WRONG, malformed } from './worlds';

export const REGRESSIONS: ReadonlyArray<readonly [name: string, world: World]> = [
  ['nothing is wrong', NOTHING_WRONG],
  ['every GetExperiment is answered too late', { ...NOTHING_WRONG, faults: [{ by: 'gate', operation: 'fis:getExperiment', from: 1, what: 'late', seconds: 60 }] }],
  ['no call is answered from the fourth on', { ...NOTHING_WRONG, subject: 'short', faults: [{ by: 'both', operation: '*', from: 4, what: 'lost' }] }],
  ['an alarm does not say for how long it evaluates', {
    ...NOTHING_WRONG, guards: [{ ...GUARD, evaluationPeriods: 3 }, GUARD], faults: [{ ...malformed('cloudwatch:describeAlarms', 'EvaluationPeriods', 'left out'), calls: 1 }],
  }],
  ['an alarm on an expression does not say its period', {
    ...NOTHING_WRONG, guards: [GUARD, { ...GUARD, evaluationPeriods: 3, expression: true }], faults: [malformed('cloudwatch:describeAlarms', 'MetricStat', 'empty text')],
  }],
  ['an alarm has no name in the first answer', {
    ...NOTHING_WRONG, subject: 'hourly', experiment: { ends: 'never' }, faults: [{ ...malformed('cloudwatch:describeAlarms', 'AlarmName', 'null'), calls: 1 }],
  }],
  ['an alarm has no name', { ...NOTHING_WRONG, subject: 'composite', guards: [{ ...GUARD, initial: 'ALARM' }, GUARD], faults: [malformed('cloudwatch:describeAlarms', 'AlarmName', 'null')] }],
  ['an experiment has a very long id', { ...NOTHING_WRONG, faults: [malformed('fis:startExperiment', 'Id', 'long text')] }],
  ['an experiment has an empty id', { ...NOTHING_WRONG, faults: [malformed('fis:startExperiment', 'Id', 'empty text')] }],
  ['an earlier experiment has a very long id', {
    ...NOTHING_WRONG, neighbours: [{ who: 'sibling', when: { seconds: 0 }, script: { ends: 'never' } }], faults: [malformed('fis:listExperiments', 'Id', 'long text')],
  }],
  ['an experiment has a very long status', {
    ...NOTHING_WRONG, subject: 'unguarded', faults: [{ ...malformed('fis:getExperiment', 'Status', 'long text'), answer: { field: 'Status', nth: 4, what: 'long text' } }],
  }],
  ['the answer to the start is lost, and the list cannot be read', {
    ...NOTHING_WRONG, faults: [{ by: 'gate', operation: 'fis:startExperiment', from: 1, what: 'disconnected' }, { by: 'gate', operation: 'fis:listExperiments', from: 2, what: 'throttled' }],
  }],
  ['the answer to the start is lost, and an old experiment has the same tags', {
    ...NOTHING_WRONG, past: 5, listing: { order: 'oldest first', lag: 0 }, faults: [{ by: 'gate', operation: 'fis:startExperiment', from: 1, what: 'disconnected' }],
  }],
  ['two gates start at once, and their first three calls of each kind are not answered', {
    ...NOTHING_WRONG, subject: 'composite', seed: 928358, faults: [{ by: 'both', operation: '*', from: 1, calls: 3, what: 'lost' }], rival: { state: 'ReadGuards', visit: 1, seconds: 0 },
  }],
  ['two gates start at once, and FIS lists experiments late', {
    ...NOTHING_WRONG, listing: { order: 'newest first', lag: 10 }, rival: { state: 'FindExperiments', visit: 1, seconds: 0.5 },
  }],
  ['the list omits the ids of experiments after the gate was ended', {
    ...NOTHING_WRONG, experiment: { ends: 'never' }, timeout: 100, faults: [malformed('fis:listExperiments', 'Id', 'left out', 'watchdog')],
  }],
  ['the list contains something that is no experiment, after the gate was ended', {
    ...NOTHING_WRONG, experiment: { ends: 'never' }, timeout: 100, faults: [{ ...malformed('fis:listExperiments', '0', 'empty text', 'watchdog'), calls: 62 }],
  }],
  ['the list contains an empty list, which is flattened away, after the gate was ended', {
    ...NOTHING_WRONG, experiment: { ends: 'never' }, timeout: 100, faults: [malformed('fis:listExperiments', '0', 'array', 'watchdog')],
  }],
  ['the list has a token that is no text, after the gate was ended', {
    ...NOTHING_WRONG,
    experiment: { ends: 'never' },
    listing: { order: 'oldest first', lag: 0 },
    past: 28,
    timeout: 100,
    faults: [malformed('fis:listExperiments', 'NextToken', 'object', 'watchdog')],
  }],
  ['a flapping alarm has the same wrong transition time in every answer', {
    ...NOTHING_WRONG,
    subject: 'short',
    experiment: { reactionAfter: NEVER },
    guards: [{
      ...GUARD, changes: [{ at: { after: 'end', seconds: -50 }, state: 'ALARM' }, { at: { after: 'end', seconds: -45 }, state: 'OK' }],
    }, GUARD],
    faults: [malformed('cloudwatch:describeAlarms', 'StateTransitionedTimestamp', 'text')],
  }],
  ['a change in the history of an alarm does not say what it is', {
    ...NOTHING_WRONG,
    subject: 'accepting',
    experiment: { reactionAfter: NEVER },
    guards: [{
      ...GUARD, changes: [{ at: { after: 'creation', seconds: 100 }, state: 'ALARM' }, { at: { after: 'creation', seconds: 200 }, state: 'OK' }],
    }, GUARD],
    faults: [{ ...malformed('cloudwatch:describeAlarmHistory', 'HistoryData', 'empty JSON'), answer: { field: 'HistoryData', nth: 1, what: 'empty JSON' } }],
  }],
  ['every call of the watchdog of a long run fails', { ...NOTHING_WRONG, subject: 'long', faults: [{ by: 'watchdog', operation: '*', from: 1, what: 'broken' }] }],
  ['the longest run, in which the guards take hours to recover', {
    ...NOTHING_WRONG,
    subject: 'longest',
    guards: [{
      ...GUARD, initial: 'ALARM', changes: [{ at: { after: 'start', seconds: 3500 }, state: 'OK' }, { at: { after: 'observation', seconds: -60 }, state: 'ALARM' }],
    }, GUARD],
  }],
  ['the longest run, in which every second call is throttled', {
    ...NOTHING_WRONG,
    subject: 'longest',
    guards: [{ ...GUARD, changes: [{ at: { after: 'observation', seconds: -60 }, state: 'ALARM' }] }, GUARD],
    faults: [{ by: 'both', operation: '*', from: 1, sparesOneIn: 2, what: 'throttled' }],
  }],
  ['there are more experiments than the gate reads once it has started its own', { ...NOTHING_WRONG, past: 4000 }],
  ['there are more experiments than the gate reads', { ...NOTHING_WRONG, past: 4001 }],
];
