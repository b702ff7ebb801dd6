import { ENDED, searchStates } from '../../../src/private/machine/experiments';
import { ExpressionCase } from '../../support/expression-case';

const { Find } = searchStates({
  name: 'Find',
  comment: '',
  where: `$lookup($item.Tags, "gate") = $gateName and $not($item.State.Status in ${ENDED})`,
  inTime: false,
  whenFound: [],
  whenNone: {},
  whenTooMany: {},
  whenFailed: {},
}) as { Find: { Assign: { [variable: string]: string } } };

const found = (name: string, Experiments: object[] | undefined, outcome: Pick<ExpressionCase, 'gives' | 'fails'>): ExpressionCase =>
  ({ name: `search: ${name}`, expression: Find.Assign.found.slice(2, -2), variables: { gateName: 'mine' }, states: { result: { Experiments } }, ...outcome });

const experiment = (id: string, status: string, Tags: object = { gate: 'mine' }) =>
  ({ Id: id, State: { Status: status }, CreationTime: '2026-01-05T09:00:00Z', Tags });

export const CASES: ExpressionCase[] = [
  found('one that is running', [experiment('EXP1', 'completed'), experiment('EXP2', 'running')], { gives: ['EXP2'] }),
  found('one in a status that FIS does not have today', [experiment('EXP1', 'paused')], { gives: ['EXP1'] }),
  found('those of another gate', [experiment('EXP1', 'running', { gate: 'other' }), experiment('EXP2', 'running', {})], { gives: [] }),
  found('no experiment', [], { gives: [] }),
  found('one without a status', [experiment('EXP1', 'running'), { ...experiment('EXP2', 'running'), State: {} }], { fails: true }),
  found('an id that is none', [experiment('EXP 1', 'running')], { fails: true }),
  found('no list', undefined, { fails: true }),
];
