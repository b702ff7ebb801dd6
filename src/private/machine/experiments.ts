import { Assign, Call, Catcher, EMPTY, Exit, RETRY_ANYTHING, RETRY_MALFORMED_ONCE, Rule, States, call, jsonata } from './asl';
import { NOW, idsOf, tokenOfNextPage } from './expressions';
import { LIST_PAGE, MOST_PAGES } from '../limits';

/** Reads an experiment. The caller adds what to keep, when to retry, and what to do when it cannot be read. */
export function getExperiment(id: string): Call {
  return call('fis:getExperiment', { Id: jsonata(id) });
}

/** Asks FIS to stop an experiment. The caller adds when to retry, and what to do when it cannot be stopped. */
export function stopExperiment(id: string): Call {
  return call('fis:stopExperiment', { Id: jsonata(id) });
}

/** What a search works with. */
export interface SearchVariables {
  readonly experimentTemplateId: string;
  /** Ids of the experiments found in the last page. */
  readonly foundExperiments: string[];
  readonly nextToken: string;
  /** How many pages this search has read. */
  readonly pages: number;
  /** When the search gives up, in milliseconds since the epoch; only for a search with a time limit. */
  readonly searchDeadline?: number;
}

/** The first values of a search's variables. */
export const NO_SEARCH = { foundExperiments: [], nextToken: EMPTY, pages: 0 };

/** So that the next search begins at the first page. */
const FIRST_PAGE = { nextToken: EMPTY };

/** Where a search goes; `when` narrows it to a further condition on variables. */
export type SearchExit<V> = Exit<V> & { readonly when?: string };

export interface SearchProps<V extends SearchVariables> {
  readonly comment: string;
  /** Which experiments are wanted: a JSONata condition on `$item`, an element of the answer. */
  readonly where: string;
  /** After how many seconds it reads no further page. */
  readonly longest?: number;
  /** More to assign with each page. */
  readonly assign?: Assign<V>;
  /** After the first page that has any. `$foundExperiments` holds their ids. */
  readonly whenFound: readonly SearchExit<V>[];
  /** After the last page, if no page had any. */
  readonly whenNone: readonly SearchExit<V>[];
  /** When there are too many pages, or reading them takes too long. */
  readonly whenTooMany: readonly SearchExit<V>[];
  /** When a page cannot be read. */
  readonly whenFailed: Exit<V>;
}

/**
 * Searches the experiments of the template page by page: FIS can filter its list by neither status nor tag.
 *
 * The states are called `FindExperiments` and `FindExperimentsResult`. A machine has one search, and may use it for several purposes.
 */
export function searchStates<V extends SearchVariables>(props: SearchProps<V>): States<V> {
  const leave = <E extends Exit<V>>({ Assign: own, ...exit }: E, first: Assign<V>): E => {
    const assign = { ...first, ...own };
    return { ...exit, ...(Object.keys(assign).length > 0 ? { Assign: assign } : {}) } as E;
  };
  const rules = (condition: string, exits: readonly SearchExit<V>[], first = FIRST_PAGE as Assign<V>): Rule<V>[] =>
    exits.map(({ when, ...exit }) => leave({ Condition: jsonata(when === undefined ? condition : `${condition} and ${when}`), ...exit }, first));
  const assign = {
    foundExperiments: jsonata(idsOf(props.where)),
    nextToken: jsonata(tokenOfNextPage()),
    pages: jsonata('$nextToken = "" ? 1 : $pages + 1'),
    ...(props.longest === undefined ? {} : { searchDeadline: jsonata(`$nextToken = "" ? ${NOW} + ${props.longest * 1000} : $searchDeadline`) }),
    ...props.assign,
  } as Assign<V>;
  return {
    FindExperiments: {
      Comment: props.comment,
      ...call('fis:listExperiments', jsonata(`$merge([
        { "ExperimentTemplateId": $experimentTemplateId, "MaxResults": ${LIST_PAGE} },
        $nextToken = "" ? {} : { "NextToken": $nextToken }
      ])`)),
      Assign: assign,
      Retry: [RETRY_MALFORMED_ONCE, RETRY_ANYTHING],
      Catch: [leave<Catcher<V>>({ ErrorEquals: ['States.ALL'], ...props.whenFailed }, FIRST_PAGE as Assign<V>)],
      Next: 'FindExperimentsResult',
    },
    FindExperimentsResult: {
      Type: 'Choice',
      Choices: [
        ...rules('$count($foundExperiments) > 0', props.whenFound),
        // here it is at the first page again
        ...rules('$nextToken = ""', props.whenNone, {}),
        ...rules(props.longest === undefined ? `$pages >= ${MOST_PAGES}` : `($pages >= ${MOST_PAGES} or ${NOW} >= $searchDeadline)`, props.whenTooMany),
      ],
      Default: 'FindExperiments',
    },
  };
}

