/**
 * The rehearsal: the gate of the sample, as it is synthesized, in everything that can happen to it.
 *
 * The state machine's definition is taken out of the synthesized template and executed in virtual time, against a simulated AWS.
 * `--json` prints the outcome as JSON.
 */
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { SampleStack } from './sample/sample-stack';
import { GateRun, Subject, subjectOf } from '../test/simulator/gate-run';
import { REHEARSED, Scenario, optionsOf } from '../test/simulator/scenarios';

interface Outcome {
  readonly scenario: string;
  readonly verdict: string;
  readonly pipeline: 'Succeeded' | 'Failed';
  readonly error?: string;
  readonly message: string;
  readonly started: boolean;
  readonly leftRunning: boolean;
  readonly virtualSeconds: number;
  readonly transitions: number;
  readonly historyEvents: number;
  readonly path: readonly string[];
}

async function rehearse(scenario: Scenario, subject: Subject): Promise<Outcome> {
  const run = await new GateRun(subject, await optionsOf(scenario, subject)).run();
  const { gate } = run;
  return {
    scenario: scenario.name,
    verdict: run.verdict,
    pipeline: run.pipeline,
    error: gate.error,
    message: run.document?.message ?? `The execution was ${gate.status.toLowerCase()} (${gate.cause ?? 'no cause'}); its watchdog stopped the experiment.`,
    started: run.experiments.length > 0,
    leftRunning: run.leftRunning.length > 0,
    virtualSeconds: run.seconds,
    transitions: gate.transitions,
    historyEvents: gate.historyEvents,
    path: gate.path,
  };
}

/** What differs from what must come of a scenario. */
function problemsOf(scenario: Scenario, outcome: Outcome): string[] {
  const wanted = { verdict: scenario.verdict, pipeline: scenario.pipeline, started: scenario.started, leftRunning: false };
  return Object.entries(wanted)
    .filter(([field, value]) => outcome[field as keyof Outcome] !== value)
    .map(([field, value]) => `${scenario.name}: ${field} must be ${value}, is ${outcome[field as keyof Outcome]}`);
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

function time(seconds: number): string {
  const part = (value: number) => `${Math.floor(value)}`.padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${part((seconds / 60) % 60)}:${part(seconds % 60)}`;
}

function wrap(text: string, width: number): string[] {
  return text.split(' ').reduce<string[]>((lines, word) => {
    const last = lines.pop();
    if (last === undefined) { return [word]; }
    return last.length + 1 + word.length <= width ? [...lines, `${last} ${word}`] : [...lines, last, word];
  }, []);
}

async function main() {
  const stack = new SampleStack(new App(), 'ChaosSample');
  const subject = subjectOf(Template.fromStack(stack).toJSON());
  const outcomes: Outcome[] = [];
  const problems: string[] = [];
  for (const scenario of REHEARSED) {
    const outcome = await rehearse(scenario, subject);
    outcomes.push(outcome);
    problems.push(...problemsOf(scenario, outcome));
  }

  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(outcomes, undefined, 2));
  } else {
    printTable(outcomes);
    console.log(`${outcomes.length} scenarios, ${outcomes.length - new Set(problems.map((problem) => problem.split(':')[0])).size} ended as they must`);
  }
  problems.forEach((problem) => console.error(problem));
  process.exitCode = problems.length > 0 ? 1 : 0;
}

void main();
