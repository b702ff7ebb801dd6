import { CALL_BOUND, CALL_TIMEOUT, EMPTY, NOW, RETRY_ANYTHING, RETRY_MALFORMED_ONCE, State, States, awsSdk, jsonata } from './asl';

/*
 * What gate and watchdog both do with experiments: look at one, stop one, and search for those that carry a tag.
 */

/** All statuses that FIS documents, by what they mean. One that FIS may have tomorrow is in neither. */
export const ENDED = '["completed", "stopped", "failed", "cancelled"]';
export const UNDER_WAY = '["pending", "initiating", "running", "stopping"]';

/** Reads an experiment. The caller adds what to assign, when to try again, and what to do when it cannot be read. */
export function getExperiment(id: string): State {
  return { Type: 'Task', Resource: awsSdk('fis:getExperiment'), Arguments: { Id: jsonata(id) }, TimeoutSeconds: CALL_TIMEOUT };
}

/** Asks FIS to stop an experiment. The caller adds when to try again, and what to do when it cannot be stopped. */
export function stopExperiment(id: string): State {
  return { Type: 'Task', Resource: awsSdk('fis:stopExperiment'), Arguments: { Id: jsonata(id) }, TimeoutSeconds: CALL_TIMEOUT };
}

/** Variables that a search needs; give each its first value before. */
export const SEARCH_VARIABLES = { found: [], nextToken: EMPTY, pages: 0 };

/** Variables of a search that is called off when it takes too long. */
export const SEARCH_TIME_VARIABLES = { searchUntil: 0, late: false };

/**
 * The most pages that a search reads. FIS lists the experiments of 120 days, 20 a page so that an answer stays below the 256 KiB of a
 * state unless they carry dozens of long tags each, and cannot be asked for those with a status or a tag.
 */
const MOST_PAGES = 200;

/** How long a search goes on to another page, and the longest that it can take in all, in seconds. */
const SEARCH_TIME = 5 * 60;
export const SEARCH_BOUND = SEARCH_TIME + 2 * CALL_BOUND;

export interface SearchProps {
  /** Name of the first state. The others begin with it. */
  readonly name: string;
  readonly comment: string;
  /** Which experiments are sought: a JSONata condition on `$item`, an element of the answer. */
  readonly where: string;
  /** More to assign with each page. */
  readonly assign?: State;
  /** Whether it is called off when it takes too long. */
  readonly inTime: boolean;
  /** More to assign when it is over. */
  readonly finally?: State;
  /** With the first page that has any of them. `$found` holds their ids. */
  readonly whenFound: State[];
  /** When all pages have been read, and none was found. */
  readonly whenNone: State;
  /** When there are too many pages to read, or reading them takes too long. */
  readonly whenTooMany: State;
  /** When a page cannot be read. */
  readonly whenFailed: State;
}

/** Searches the experiments of the template, page by page. */
export function searchStates(props: SearchProps): States {
  const again = { pages: 0, nextToken: EMPTY, ...props.finally };
  const leave = (rule: State): State => ({ ...rule, Assign: { ...again, ...(rule.Assign as object) } });
  return {
    [props.name]: {
      Type: 'Task',
      Comment: props.comment,
      Resource: awsSdk('fis:listExperiments'),
      Arguments: jsonata(`$merge([
        { "ExperimentTemplateId": $experimentTemplateId, "MaxResults": 20 },
        $nextToken = "" ? {} : { "NextToken": $nextToken }
      ])`),
      TimeoutSeconds: CALL_TIMEOUT,
      Assign: {
        ...props.assign,
        found: jsonata(`($assert($type($states.result.Experiments) = "array", "the list of experiments is missing");
          $assert($count($filter($states.result.Experiments, function($each) {
            $type($each.Id) = "string" and $contains($string($each.Id), /^[A-Za-z0-9_-]{1,100}$/) and $type($each.State.Status) = "string" and $type($each.CreationTime) = "string"
          })) = $count($states.result.Experiments), "an experiment is incomplete");
          [$filter($states.result.Experiments, function($item) { ${props.where} }).Id])`),
        nextToken: jsonata(`($assert($type($states.result.NextToken) = "string" or $not($exists($states.result.NextToken)) or $states.result.NextToken = null,
          "the token of the next page is not as documented"); $type($states.result.NextToken) = "string" ? $states.result.NextToken : "")`),
        pages: jsonata('$pages + 1'),
        ...(props.inTime ? {
          searchUntil: jsonata(`$pages = 0 ? ${NOW} + ${SEARCH_TIME * 1000} : $searchUntil`),
          late: jsonata(`$pages > 0 and ${NOW} >= $searchUntil`),
        } : {}),
      },
      Retry: [RETRY_MALFORMED_ONCE, RETRY_ANYTHING],
      Catch: [leave({ ErrorEquals: ['States.ALL'], ...props.whenFailed })],
      Next: `${props.name}Result`,
    },
    [`${props.name}Result`]: {
      Type: 'Choice',
      Choices: [
        ...props.whenFound.map((rule) => leave({
          ...rule, Condition: jsonata(`$count($found) > 0${rule.Condition ? ` and (${rule.Condition})` : ''}`),
        })),
        leave({ Condition: jsonata('$nextToken = ""'), ...props.whenNone }),
        leave({ Condition: jsonata(`${props.inTime ? '$late or ' : ''}$pages >= ${MOST_PAGES}`), ...props.whenTooMany }),
      ],
      Default: props.name,
    },
  };
}
