import * as fc from 'fast-check';
import { world } from './arbitrary';
import { problemsOf } from './invariants';
import { story } from './story';
import { World, play } from './world';

async function main() {
  const arg = (name: string, otherwise: string) => { const i = process.argv.indexOf(`--${name}`); return i < 0 ? otherwise : process.argv[i + 1]; };
  const seed = Number(arg('seed', '1'));
  const runs = Number(arg('runs', '200'));
  const show = async (w: World) => {
    const run = await play(w);
    console.log(story(w, run));
    console.log(`--world '${JSON.stringify(w)}'`);
    console.log(problemsOf(w, run));
  };
  if (process.argv.includes('--world')) { return show(JSON.parse(arg('world', ''))); }
  const verdicts: any = {};
  let n = 0;
  const t = Date.now();
  if (process.argv.includes('--survey')) {
    const found = new Map<string, { count: number; world: World }>();
    for (const w of fc.sample(world, { seed, numRuns: runs })) {
      n++;
      let problems: string[];
      try {
        const run = await play(w);
        verdicts[run.verdict] = (verdicts[run.verdict] ?? 0) + 1;
        problems = problemsOf(w, run);
      } catch (e) { problems = ['CRASH ' + (e as Error).stack?.slice(0, 300)]; }
      for (const p of problems) {
        const key = p.replace(/EXP\d+/g, 'EXP').replace(/[\d.]+/g, '#').slice(0, 160);
        const known = found.get(key);
        if (!known) { found.set(key, { count: 1, world: w }); } else {
          known.count++;
          if (JSON.stringify(w).length < JSON.stringify(known.world).length) { known.world = w; }
        }
      }
    }
    console.log(n, 'runs', (Date.now() - t) / n, 'ms each', verdicts);
    for (const [key, { count, world: w }] of [...found].sort((a, b) => b[1].count - a[1].count)) { console.log(`${count} x ${key}\n    --world '${JSON.stringify(w)}'`); }
    return;
  }
  const only = new RegExp(arg('only', ''));
  const result = await fc.check(fc.asyncProperty(world, async (w) => {
    n++;
    const run = await play(w);
    const v = run.verdict;
    verdicts[v] = (verdicts[v] ?? 0) + 1;
    const problems = problemsOf(w, run).filter((p) => only.test(p));
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
