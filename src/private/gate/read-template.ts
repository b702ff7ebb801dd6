import type { GateDefinitionProps } from './definition';
import { ACTIONS, HARMLESS_ACTIONS } from '../catalogue/lookup';
import { LONGEST_EXPERIMENT } from '../fault/critical-path';
import { CALL_BOUND, CALL_TIMEOUT, CAUGHT, RETRY_ANYTHING, RETRY_MALFORMED_ONCE, States, awsSdk, dontRetry, jsonata, text } from '../machine/asl';

/** The longest that reading the template can take, in seconds. */
export const TEMPLATE_BOUND = CALL_BOUND;

/** FIS allows no more actions in a template, so no chain of them is longer. */
const MOST_ACTIONS = 20;

/**
 * Reads a template that synthesis does not know: what it guards itself with, which of its actions inject a fault, and how long it should take.
 */
export function templateStates(props: GateDefinitionProps, next: string): States {
  return {
    ReadTemplate: {
      Type: 'Task',
      Resource: awsSdk('fis:getExperimentTemplate'),
      Arguments: { Id: jsonata('$experimentTemplateId') },
      TimeoutSeconds: CALL_TIMEOUT,
      Assign: {
        unstopped: jsonata(`(${TEMPLATE}
          $assert($type($template.StopConditions) = "array", "the stop conditions are missing");
          [$filter($expectedGuards, function($guard) { $not($guard.arn in $template.StopConditions.Value) }).name])`),
        faultNames: jsonata(`(${TEMPLATE}
          [$each($template.Actions, function($action, $name) { $not($action.ActionId in ${JSON.stringify(HARMLESS_ACTIONS)}) ? ${text('$name', 64)} })])`),
        expected: jsonata(`(${TEMPLATE} ${EXPECTED})`),
      },
      Retry: [RETRY_MALFORMED_ONCE, dontRetry('Fis.ValidationException', 'Fis.ResourceNotFoundException'), RETRY_ANYTHING],
      Catch: [{
        ErrorEquals: ['States.ALL'],
        Assign: { failure: 'GateError', detail: jsonata(`"The gate could not read experiment template " & $experimentTemplateId & " (" & ${CAUGHT} & ")"`) },
        Next: 'Judge',
      }],
      Next: 'IsTemplateFit',
    },
    IsTemplateFit: {
      Type: 'Choice',
      Choices: [
        blocks('$count($unstopped) > 0', '"Experiment template " & $experimentTemplateId & " has no stop condition for guard alarm " & $join($unstopped, ", ")'),
        blocks('$count($faultNames) = 0', '"Experiment template " & $experimentTemplateId & " has no action that injects a fault"'),
        ...(props.timeout === undefined ? [] : [blocks(`$expected > ${props.timeout}`,
          '"The actions of experiment template " & $experimentTemplateId & " take " & $string($expected) & " seconds, more than this gate allows"')]),
      ],
      Default: next,
    },
  };
}

/** The names under which an action says how long it takes. */
const DURATIONS = [...new Set(ACTIONS.flatMap(({ duration }) => duration?.parameter ?? []))];

const TEMPLATE = `$template := $states.result.ExperimentTemplate;
  $assert($template.Id = $experimentTemplateId and $type($template.Actions) = "object", "the answer is not about the template");`;

/**
 * The length of the longest chain of actions in seconds: as often as a chain can have links, each action ends after the latest of those it waits for.
 * What cannot be read as a time counts as none.
 */
const EXPECTED = `
  $of := function($text, $unit, $seconds) { $number($match($text, $unit)[0].groups[0]) * $seconds };
  $seconds := function($text) { $type($text) != "string" ? 0 : $sum($append([0], [
    $of($text, /([0-9]+)D/, 86400), $of($text, /([0-9]+)H/, 3600), $of($text, /([0-9]+)M/, 60), $of($text, /([0-9]+)S/, 1)
  ])) };
  $ends := $reduce([1..${MOST_ACTIONS}], function($ends, $round) {
    $merge([$each($template.Actions, function($action, $name) {
      { $name: $max($append([0], [$map(${JSON.stringify(DURATIONS)}, function($parameter) { $seconds($lookup($action.Parameters, $parameter)) })]))
        + $max($append([0], [$map([$action.StartAfter], function($earlier) { $lookup($ends, $earlier) })])) }
    })])
  }, {});
  $min([${LONGEST_EXPERIMENT.toSeconds()}, $max($append([0], [$each($ends, function($end) { $end })]))])`;

function blocks(condition: string, detail: string) {
  return { Condition: jsonata(condition), Assign: { failure: 'Blocked', detail: jsonata(detail) }, Next: 'Judge' };
}
