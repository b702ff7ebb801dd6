import { idsOf } from '../../../src/private/machine/expressions';
import { pipelineNamed, wantedExperiments, withoutFirst } from '../../../src/private/watchdog/expressions';
import { ExpressionCase } from '../../support/expression-case';

const PIPELINES = [{ key: 'a', name: 'shop' }, { key: 'b', name: 'blog' }, { key: 'c', name: 'one' }, { key: 'c', name: 'two' }];
const named = (name: string, pipeline: string, gives: string): ExpressionCase =>
  ({ name: `pipeline: ${name}`, expression: pipelineNamed(), variables: { pipelines: PIPELINES, pipeline }, gives });

const TAGS = { 'cdk-chaos-experiment-stage:gate': 'gate', 'cdk-chaos-experiment-stage:execution': 'run' };
const wanted = (name: string, status: string, Tags: object | undefined, found: boolean): ExpressionCase => ({
  name: `wanted: ${name}`,
  expression: idsOf(wantedExperiments()),
  variables: { gateName: 'gate', executionName: 'run' },
  states: { result: { Experiments: [{ Id: 'EXP1', State: { Status: status }, CreationTime: '2026-01-05T09:00:00Z', Tags }] } },
  gives: found ? ['EXP1'] : [],
});

const rest = (list: string[], gives: string[]): ExpressionCase =>
  ({ name: `without the first of ${list.length}`, expression: withoutFirst('$list'), variables: { list }, gives });

export const CASES: ExpressionCase[] = [
  named('known', 'b', 'blog'),
  named('unknown', 'x', ''),
  named('no key', '', ''),
  named('two with one key', 'c', ''),

  wanted('an experiment that runs', 'running', TAGS, true),
  wanted('one in a status that FIS does not have today', 'paused', TAGS, true),
  wanted('one that has ended', 'stopped', TAGS, false),
  wanted('one of another execution', 'running', { ...TAGS, 'cdk-chaos-experiment-stage:execution': 'other' }, false),
  wanted('one of another gate', 'running', { ...TAGS, 'cdk-chaos-experiment-stage:gate': 'other' }, false),
  wanted('one without tags', 'running', undefined, false),

  rest([], []),
  rest(['a'], []),
  rest(['a', 'b', 'c'], ['b', 'c']),
];
