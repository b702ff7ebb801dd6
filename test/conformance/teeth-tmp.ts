import { differences } from './compare';
import { Moto } from './moto';
import { MotoRun } from './moto-run';
import { subjectNamed } from '../simulation/subjects';
import { GateRun, Subject } from '../simulator/gate-run';
import { SCENARIOS, optionsOf } from '../simulator/scenarios';

const clone = (s: Subject): any => JSON.parse(JSON.stringify(s));
const M: Array<[string, string, (s: any) => void, ((run: any) => void)?]> = [
  ['none', 'completed', () => {}],
  ['wait 1s longer', 'completed', (s) => { s.gateDefinition.States.Observe.Seconds = 500; }],
  ['message', 'completed', (s) => { const d = JSON.stringify(s.gateDefinition); const e = d.replace('the release goes on', 'it goes on'); console.log(d !== e); s.gateDefinition = JSON.parse(e); }],
  ['unknown param', 'completed', (s) => { s.gateDefinition.States.GetExperiment.Arguments.Foo = 'x'; }],
  ['wrong type', 'completed', (s) => { s.gateDefinition.States.ReadSafetyLever.Arguments.Id = 5; }],
  ['bad enum', 'completed', (s) => { s.gateDefinition.States.ReadGuards.Arguments.AlarmTypes = ['Metric']; }],
  ['no retry', 'throttled, then fine', (s) => { for (const st of Object.values<any>(s.gateDefinition.States)) { delete st.Retry; } }],
  ['no jitter', 'throttled, then fine', (s) => { for (const st of Object.values<any>(s.gateDefinition.States)) { for (const r of st.Retry ?? []) { delete r.JitterStrategy; } } }],
  ['backoff', 'throttled, then fine', (s) => { for (const st of Object.values<any>(s.gateDefinition.States)) { for (const r of st.Retry ?? []) { if (r.BackoffRate) r.BackoffRate = 1.5; } } }],
  ['watchdog look', 'execution aborted', (s) => { s.watchdogDefinition.States.Wait.Seconds = 61; }],
  ['task timeout', 'answer to the start lost, every time', (s) => { s.gateDefinition.States.StartExperiment.TimeoutSeconds = 59; }],
  ['catch', 'access denied at start', (s) => { s.gateDefinition.States.StartExperiment.Catch[0].Assign.failure = 'GateError'; }],
  ['top timeout', 'completed', (s) => { s.gateDefinition.TimeoutSeconds = 100; }],
  ['answer extra member', 'completed', () => {}, (run) => { const o = run.aws.fis.getExperiment.bind(run.aws.fis); run.aws.fis.getExperiment = (r: any) => { const a = o(r); return { Experiment: { ...a.Experiment, Foo: 1 } }; }; }],
  ['answer wrong type', 'completed', () => {}, (run) => { const o = run.aws.fis.getSafetyLever.bind(run.aws.fis); run.aws.fis.getSafetyLever = (r: any) => { const a = o(r); return { SafetyLever: { ...a.SafetyLever, Arn: 7 } }; }; }],
];
(async () => {
  const moto = await Moto.start();
  const base = subjectNamed('guarded').machines;
  try {
    for (const [name, sc, change, hack] of M) {
      const scenario = SCENARIOS.find((x) => x.name === sc)!;
      await moto.reset();
      const ours = await new GateRun(base, await optionsOf(scenario, base)).run();
      const s = clone(base); change(s);
      const other = new MotoRun(moto, s, await optionsOf(scenario, base));
      hack?.(other);
      const theirs = await other.run();
      const d = differences(ours, theirs);
      console.log(name, '->', d.length, (d[0] ?? '').slice(0, 330));
    }
  } finally { moto.stop(); }
})().catch((e) => { console.error(e); process.exit(1); });
