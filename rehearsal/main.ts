/**
 * The rehearsal: runs the gate of the sample, as synthesized, through everything that can happen to it.
 *
 * The definition of the state machine is taken out of the synthesized template, and executed in virtual time against a simulated AWS.
 * `--json` prints the outcomes as JSON. `--report FILE` chooses where to write the report, an HTML page; the default is `rehearsal.html`.
 */
import * as fs from 'fs';
import * as path from 'path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Outcome, Rehearsed, rehearse, time } from './outcome';
import { reportOf } from './report/page';
import { SampleStack } from '../integ/sample/sample-stack';
import { subjectOf } from '../simulator/gate-run';
import { REHEARSED, Scenario } from '../simulator/scenarios';

/** How an outcome differs from the expected one. */
function problemsOf(scenario: Scenario, outcome: Outcome): string[] {
  const expected = { verdict: scenario.verdict, pipeline: scenario.pipeline, started: scenario.started, leftRunning: false };
  return Object.entries(expected)
    .filter(([field, value]) => outcome[field as keyof Outcome] !== value)
    .map(([field, value]) => `${scenario.name}: expected ${field} to be ${value}, got ${outcome[field as keyof Outcome]}`);
}

const WIDTHS = { scenario: 50, verdict: 24, pipeline: 10, duration: 10, transitions: 12 };

function printTable(outcomes: Outcome[]) {
  const row = (...cells: [string, string, string, string, string]) =>
    Object.values(WIDTHS).map((width, index) => (index < 3 ? cells[index].padEnd(width) : cells[index].padStart(width))).join(' ');
  const line = '-'.repeat(Object.values(WIDTHS).reduce((sum, width) => sum + width + 1, -1));

  console.log(row('scenario', 'verdict', 'release', 'duration', 'transitions'));
  for (const outcome of outcomes) {
    console.log(line);
    console.log(row(outcome.scenario, outcome.verdict, outcome.pipeline === 'Succeeded' ? 'goes on' : 'stops', time(outcome.virtualSeconds), `${outcome.transitions}`));
    console.log(wrap(outcome.message, line.length - 4).map((part) => `    ${part}`).join('\n'));
  }
  console.log(line);
}

function wrap(text: string, width: number): string[] {
  return text.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.pop();
    if (last === undefined) { return [word]; }
    return last.length + 1 + word.length <= width ? [...lines, `${last} ${word}`] : [...lines, last, word];
  }, []);
}

interface Options {
  readonly json: boolean;
  /** Where to write the report. With `--json`, none is written by default. */
  readonly report?: string;
}

function optionsFrom(args: readonly string[]): Options {
  const json = args.includes('--json');
  const position = args.indexOf('--report');
  const file = position >= 0 ? args[position + 1] : json ? undefined : 'rehearsal.html';
  if (position >= 0 && (file === undefined || file.startsWith('--'))) { throw new Error("'--report' needs a file name"); }
  return { json, report: file && path.resolve(file) };
}

async function main() {
  const options = optionsFrom(process.argv.slice(2));
  const stack = new SampleStack(new App(), 'ChaosSample');
  const subject = subjectOf(Template.fromStack(stack).toJSON());
  const rehearsed: Rehearsed[] = [];
  const problems: string[] = [];
  for (const scenario of REHEARSED) {
    const each = await rehearse(scenario, subject);
    rehearsed.push(each);
    problems.push(...problemsOf(scenario, each.outcome));
  }
  const outcomes = rehearsed.map(({ outcome }) => outcome);

  if (options.report) { fs.writeFileSync(options.report, reportOf('Rehearsal of the gate', rehearsed)); }
  if (options.json) {
    console.log(JSON.stringify(outcomes, undefined, 2));
  } else {
    printTable(outcomes);
    console.log(`${outcomes.length} scenarios, ${outcomes.length - new Set(problems.map((problem) => problem.split(':')[0])).size} ended as expected`);
    console.log(`Report with a timeline of each: ${options.report}`);
  }
  problems.forEach((problem) => console.error(problem));
  process.exitCode = problems.length > 0 ? 1 : 0;
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
