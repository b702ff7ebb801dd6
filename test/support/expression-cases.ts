/**
 * The cases of all expressions: every file `*.cases.ts` below `test/private` exports some as `CASES`.
 */
import { readdirSync } from 'fs';
import { join, relative } from 'path';
import { ExpressionCase } from './expression-case';

export interface ExpressionCases {
  /** The file in which they are, from the root of the repository. */
  readonly file: string;
  readonly cases: readonly ExpressionCase[];
}

const ROOT = join(__dirname, '..', '..');
const DIRECTORY = join(ROOT, 'test', 'private');

export function expressionCases(): ExpressionCases[] {
  return readdirSync(DIRECTORY, { recursive: true, encoding: 'utf-8' }).filter((file) => file.endsWith('.cases.ts')).sort().map((file) => {
    const path = join(DIRECTORY, file);
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { CASES: cases } = require(path) as { CASES?: readonly ExpressionCase[] };
    if (!cases?.length) { throw new Error(`${path} must export CASES`); }
    return { file: relative(ROOT, path), cases };
  });
}
