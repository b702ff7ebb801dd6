import { VARIANTS } from './subjects';
import { failureOf, scenariosOf } from './proofs';
import { GateRun } from '../simulator/gate-run';
import { optionsOf } from '../simulator/scenarios';
import { enforcing } from '../simulator/iam';
(async () => {
  for (const v of process.argv[2] ? [process.argv[2]] : Object.keys(VARIANTS)) {
    const s = VARIANTS[v]();
    let n = 0;
    for (const sc of scenariosOf(v)) {
      const t = Date.now();
      try {
        const run = await new GateRun(s.subject, enforcing(s.roles, await optionsOf(sc, s.subject))).run();
        const f = failureOf(run, sc);
        if (f) { console.log(`${v}: ${sc.name}: ${f}\n    ${run.verdict} ${run.gate.path.slice(-12).join(' ')} | ${run.watchdogs.map((w) => w.status + w.path.slice(-5).join(' '))}`); }
        n++;
      } catch (e) { console.log(v, sc.name, (e as Error).message); }
      if (Date.now() - t > 300) { console.log(`  slow: ${sc.name} ${Date.now() - t} ms`); }
    }
    console.log(v, n);
  }
})();
