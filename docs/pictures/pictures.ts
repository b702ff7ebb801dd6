import { drawMachine } from './machine-picture';
import { drawPipeline } from './pipeline-picture';
import { GATE_PHASES, WATCHDOG_PHASES } from '../../rehearsal/report/phases';
import { subjectOf } from '../../simulator/gate-run';

/** All pictures by file name, drawn from the synthesized template of the sample. */
export function pictures(template: any): { [file: string]: string } {
  const subject = subjectOf(template);
  return {
    'gate.svg': drawMachine({ title: 'The state machine of the gate', definition: subject.gateDefinition, phases: GATE_PHASES }),
    'watchdog.svg': drawMachine({ title: 'The state machine of the watchdog', definition: subject.watchdogDefinition, phases: WATCHDOG_PHASES }),
    'pipeline.svg': drawPipeline(template, subject),
  };
}
