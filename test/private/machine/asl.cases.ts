import { CAUGHT, requiredString, text } from '../../../src/private/machine/asl';
import { ExpressionCase } from '../../support/expression-case';

const TEXT = text('$states.result.Text', 5);
const REQUIRED = requiredString('$states.result.Text');

const textOf = (name: string, value: unknown, gives: string): ExpressionCase =>
  ({ name: `text: ${name}`, expression: TEXT, states: { result: { Text: value } }, gives });

const required = (name: string, value: unknown, outcome: Pick<ExpressionCase, 'gives' | 'fails'>): ExpressionCase =>
  ({ name: `required string: ${name}`, expression: REQUIRED, states: { result: { Text: value } }, ...outcome });

const caught = (name: string, errorOutput: object, gives: string): ExpressionCase =>
  ({ name: `caught: ${name}`, expression: CAUGHT, states: { errorOutput }, gives });

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

  caught('an error of a service', { Error: 'Fis.FisException', Cause: 'Rate exceeded (Service: Fis, Status Code: 429)' }, 'Fis.FisException: Rate exceeded'),
  caught('no cause', { Error: 'Fis.FisException' }, 'Fis.FisException: '),
  caught('nothing', {}, ': '),
  caught('an unexpected answer', { Error: 'States.QueryEvaluationError', Cause: 'x' }, 'the answer was not as AWS documents it'),
  caught('no answer', { Error: 'States.Timeout', Cause: 'x' }, 'there was no answer'),
];
