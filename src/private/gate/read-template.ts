import { durationOfTemplate, faultsOfTemplate, guardsWithoutStopCondition } from './expressions';
import { catches, fails } from './fails';
import type { GateDefinitionProps } from './props';
import type { GateVariables } from './variables';
import { Verdict } from '../../verdict';
import { LONGEST_EXPERIMENT, MOST_ACTIONS } from '../limits';
import { RETRY_ANYTHING, RETRY_MALFORMED_ONCE, Rule, States, call, dontRetry, jsonata } from '../machine/asl';

/**
 * Reads a template that synthesis does not know: which alarms stop it, which of its actions inject a fault, and how long it should take.
 */
export function templateStates(props: GateDefinitionProps, next: string): States<GateVariables> {
  return {
    ReadTemplate: {
      ...call('fis:getExperimentTemplate', { Id: jsonata('$experimentTemplateId') }),
      Assign: {
        guardsWithoutStopCondition: jsonata(guardsWithoutStopCondition()),
        faultNames: jsonata(faultsOfTemplate()),
        expectedDuration: jsonata(durationOfTemplate(MOST_ACTIONS, LONGEST_EXPERIMENT)),
      },
      Retry: [RETRY_MALFORMED_ONCE, dontRetry('Fis.ValidationException', 'Fis.ResourceNotFoundException'), RETRY_ANYTHING],
      Catch: [catches(Verdict.GATE_ERROR, jsonata('"The gate could not read experiment template " & $experimentTemplateId'), 'Judge')],
      Next: 'IsTemplateUsable',
    },
    IsTemplateUsable: {
      Type: 'Choice',
      Choices: [
        blocks('$count($guardsWithoutStopCondition) > 0',
          '"Experiment template " & $experimentTemplateId & " has no stop condition for guard alarm " & $join($guardsWithoutStopCondition, ", ")'),
        blocks('$count($faultNames) = 0', '"Experiment template " & $experimentTemplateId & " has no action that injects a fault"'),
        ...(props.timeout === undefined ? [] : [blocks(`$expectedDuration > ${props.timeout}`,
          '"The actions of experiment template " & $experimentTemplateId & " take " & $string($expectedDuration) & " seconds, more than the timeout of this gate"')]),
      ],
      Default: next,
    },
  };
}

function blocks(condition: string, detail: string): Rule<GateVariables> {
  return { Condition: jsonata(condition), ...fails(Verdict.BLOCKED, jsonata(detail), 'Judge') };
}
