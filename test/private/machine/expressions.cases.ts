import { explainError, idsOf, requiredText, text, tokenOfNextPage } from '../../../src/private/machine/expressions';
import { ExpressionCase } from '../../support/expression-case';

type Outcome = Pick<ExpressionCase, 'gives' | 'fails'>;

const textOf = (name: string, value: unknown, gives: string): ExpressionCase =>
  ({ name: `text: ${name}`, expression: text('$states.result.Text', 5), states: { result: { Text: value } }, gives });

const required = (name: string, value: unknown, outcome: Outcome): ExpressionCase =>
  ({ name: `required text: ${name}`, expression: requiredText('$states.result.Text'), states: { result: { Text: value } }, ...outcome });

const explained = (name: string, errorOutput: object, gives: string): ExpressionCase =>
  ({ name: `error: ${name}`, expression: explainError('$states.errorOutput'), states: { errorOutput }, gives });

const found = (name: string, Experiments: object[] | undefined, outcome: Outcome): ExpressionCase =>
  ({ name: `search: ${name}`, expression: idsOf('$item.State.Status = $wanted'), variables: { wanted: 'running' }, states: { result: { Experiments } }, ...outcome });

const token = (name: string, result: object, outcome: Outcome): ExpressionCase =>
  ({ name: `next page: ${name}`, expression: tokenOfNextPage(), states: { result }, ...outcome });

const experiment = (id: string, status: string) => ({ Id: id, State: { Status: status }, CreationTime: '2026-01-05T09:00:00Z' });

export const CASES: ExpressionCase[] = [
  textOf('a string', 'abc', 'abc'),
  textOf('a long string', 'abcdefgh', 'abcde'),
  textOf('control characters', 'a\n\t\u007Fb', 'a b'),
  textOf('nothing', undefined, ''),
  textOf('null', null, ''),
  textOf('a number', 42, ''),
  textOf('an object', { a: 'b' }, ''),
  textOf('a list of strings', ['a', 'b'], ''),

  required('a string', 'abc', { gives: 'abc' }),
  required('a string of 200 characters and one', 'x'.repeat(201), { gives: 'x'.repeat(200) }),
  required('an empty string', '', { fails: true }),
  required('nothing', undefined, { fails: true }),
  required('null', null, { fails: true }),
  required('a number', 42, { fails: true }),

  explained('of a service', { Error: 'Fis.FisException', Cause: 'Rate exceeded (Service: Fis, Status Code: 429)' }, 'Fis.FisException: Rate exceeded'),
  explained('without a cause', { Error: 'Fis.FisException' }, 'Fis.FisException: '),
  explained('without anything', {}, ': '),
  explained('an unexpected answer', { Error: 'States.QueryEvaluationError', Cause: 'x' }, 'the answer was not as AWS documents it'),
  explained('no answer', { Error: 'States.Timeout', Cause: 'x' }, 'there was no answer'),

  found('one that matches', [experiment('EXP1', 'completed'), experiment('EXP2', 'running')], { gives: ['EXP2'] }),
  found('several that match', [experiment('EXP1', 'running'), experiment('EXP2', 'running')], { gives: ['EXP1', 'EXP2'] }),
  found('none that matches', [experiment('EXP1', 'stopped')], { gives: [] }),
  found('no experiment', [], { gives: [] }),
  found('one without a status', [experiment('EXP1', 'running'), { ...experiment('EXP2', 'running'), State: {} }], { fails: true }),
  found('one without a time', [{ ...experiment('EXP2', 'running'), CreationTime: undefined }], { fails: true }),
  found('an id with a space', [experiment('EXP 1', 'running')], { fails: true }),
  found('an id of 100 characters', [experiment('E'.repeat(100), 'running')], { gives: ['E'.repeat(100)] }),
  found('an id of 101 characters', [experiment('E'.repeat(101), 'running')], { fails: true }),
  found('no list', undefined, { fails: true }),

  token('another page', { NextToken: 'abc' }, { gives: 'abc' }),
  token('none', {}, { gives: '' }),
  token('null', { NextToken: null }, { gives: '' }),
  token('an object', { NextToken: {} }, { fails: true }),
];
