import { EXECUTION_TAG, GATE_TAG } from '../constants';
import { ENDED } from '../machine/expressions';

/*
 * The expressions of the watchdog that decide something. Each function returns the text of one.
 */

/** The name of the pipeline that has the gate's key; empty if there is none, or more than one. */
export function pipelineNamed(): string {
  return `(
    $known := [$filter($pipelines, function($each) { $each.key = $pipeline })];
    $count($known) = 1 ? $known[0].name : ""
  )`;
}

/** Which listed experiments it looks for: those of this gate and of this execution that have not ended. */
export function wantedExperiments(): string {
  return `$lookup($item.Tags, "${EXECUTION_TAG}") = $executionName and $lookup($item.Tags, "${GATE_TAG}") = $gateName
    and $not($item.State.Status in ${ENDED})`;
}

/** A list without its first element. */
export function withoutFirst(list: string): string {
  return `[$filter(${list}, function($each) { $each != ${list}[0] })]`;
}
