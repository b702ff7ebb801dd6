/**
 * Parts for hand-written worlds, and worlds made of them.
 */
import { Damage } from './answers';
import { CallFault, NEVER, World } from './world';

/** A guard alarm that is always OK. */
export const GUARD = { initial: 'OK', changes: [], period: 60, evaluationPeriods: 1 } as const;

/** Nothing is wrong. */
export const NOTHING_WRONG: World = {
  subject: 'guarded',
  seed: 1,
  latency: 0,
  listing: { order: 'newest first', lag: 0 },
  experiment: {},
  guards: [GUARD, GUARD],
  lever: [],
  faults: [],
  outages: [],
  pipeline: [],
  neighbours: [],
  past: 0,
  ends: [],
};

/** One field of every answer is damaged. */
export function malformed(operation: string, field: string, what: Damage, by: CallFault['by'] = 'gate'): CallFault {
  return { by, operation, from: 1, what: 'malformed', answer: { field, what } };
}

/** Together, these worlds lead through all states of both machines except the last resorts. Every call takes a while. */
export const DETOURS: ReadonlyArray<readonly [name: string, world: World]> = Object.entries<Partial<World>>({
  'nothing is wrong': {},
  'the template is an existing one': { subject: 'existing' },
  'the gate only reports, and the experiment fails': { subject: 'reporting', experiment: { ends: 'failed' } },
  'the guards are not steady at first': { guards: [{ ...GUARD, initial: 'ALARM', changes: [{ at: { after: 'start', seconds: 40 }, state: 'OK' }] }, GUARD] },
  'an earlier experiment is running': { neighbours: [{ who: 'sibling', when: { seconds: 0 }, script: { ends: 'failed', endsAfter: 40 } }] },
  'there are several pages of experiments': { past: 45 },
  'the answer to the start is lost': { faults: [{ by: 'gate', operation: 'fis:startExperiment', from: 1, what: 'disconnected' }] },
  'experiments cannot be listed after the start': { faults: [{ by: 'gate', operation: 'fis:listExperiments', from: 2, what: 'denied' }] },
  'the experiment has an unknown status': { experiment: { shows: [{ status: 'paused', from: 50 }], stoppingFor: 25 } },
  'the experiment does not end': { subject: 'short', experiment: { ends: 'never', stoppingFor: 25 } },
  'a guard runs out of data': {
    subject: 'accepting',
    guards: [{
      ...GUARD,
      changes: [{ at: { after: 'end', seconds: 10 }, state: 'INSUFFICIENT_DATA' }, { at: { after: 'observation', seconds: 60 }, state: 'OK' }],
    }, GUARD],
  },
  'the gate times out, and its experiment stops slowly': { timeout: 100, experiment: { stoppingFor: 200 } },
  'the gate times out, and its experiment never stops': { timeout: 100, experiment: { stoppingFor: NEVER } },
  'the pipeline run is abandoned': { pipeline: [{ at: { after: 'creation', seconds: 100 }, status: 'Stopped' }] },
}).map(([name, special]) => [name, { ...NOTHING_WRONG, latency: 200, ...special }]);
