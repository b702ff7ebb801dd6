import * as fc from 'fast-check';
import { world } from './arbitrary';
import { problemsOf } from './invariants';
import { World, play } from './world';

async function main() {
  const arg = (name: string, otherwise: string) => { const i = process.argv.indexOf(`--${name}`); return i < 0 ? otherwise : process.argv[i + 1]; };
  const seed = Number(arg('seed', '1'));
  const runs = Number(arg('runs', '200'));
  const show = async (w: World) => {
    const run = await play(w);
    console.log(JSON.stringify(w, undefined, 1).replace(/\n\s+/g, ' '));
    console.log(run.gate.status, run.gate.error, String(run.gate.cause).slice(0, 400), run.gate.path.join(' '));
    run.watchdogs.forEach((d) => console.log(d.name, d.status, d.error, d.path.join(' ').slice(-1500)));
    const t0 = run.gate.startTime;
    console.log(run.aws.experiments.map((e) => `${e.id} ${JSON.stringify(e.tags)} ${e.course.map((c) => `${(c.time - t0) / 1000}:${c.status}`).join(' ')}`).join('\n'));
    console.log(run.aws.calls.slice(-40).map((c) => `${(c.at - t0) / 1000} ${c.operation} ${JSON.stringify(c.arguments).slice(0, 80)} ${c.error ? c.error.message.slice(0, 200) : JSON.stringify(c.answer)?.slice(0, 200)}`).join('\n'));
    console.log(problemsOf(w, run));
  };
  if (process.argv.includes('--world')) { return show(JSON.parse(arg('world', ''))); }
  const verdicts: any = {};
  let n = 0;
  const t = Date.now();
  const result = await fc.check(fc.asyncProperty(world, async (w) => {
    n++;
    const run = await play(w);
    const v = run.verdict;
    verdicts[v] = (verdicts[v] ?? 0) + 1;
    const problems = problemsOf(w, run);
    if (problems.length > 0) throw new Error(problems.join('\n'));
  }), { seed, numRuns: runs, path: arg('path', '') });
  console.log(n, 'runs', (Date.now() - t) / n, 'ms each', verdicts);
  if (result.failed) {
    console.log('seed', result.seed, 'path', result.counterexamplePath, 'after', result.numRuns, 'shrinks', result.numShrinks);
    console.log(String((result as any).errorInstance?.stack).slice(0, 1500));
    await show(result.counterexample![0]);
  }
}
void main();
