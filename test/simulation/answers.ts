/**
 * Answers that are not as they should be. None of them is a lie: what is wrong with it can be seen in the answer itself.
 */

/** What an answer may suffer, at one place in it. */
export interface AnswerFault {
  /** Which place: its number, modulo the number of places; 0 is the answer as a whole. */
  readonly place: number;
  readonly what: Damage;
}

export const DAMAGES = ['left out', 'null', 'number', 'text', 'empty text', 'long text', 'object', 'array', 'boolean'] as const;
export type Damage = typeof DAMAGES[number];

/** What no machine reads, or what says something else, and nothing wrong, without some part of it. */
const SPARED = new Set([
  'NextToken', 'Tags', 'Targets', 'Parameters', 'StopConditions', 'LogConfiguration', 'ExperimentOptions', 'StartAfter', 'RoleArn', 'ExperimentTemplateId',
  'OKActions', 'AlarmActions', 'InsufficientDataActions', 'Dimensions', 'ArtifactRevisions', 'Input', 'InputDetails', 'Output', 'OutputDetails',
  'TargetAccountConfigurationsCount', 'ActionsEnabled', 'StateReason', 'StateUpdatedTimestamp', 'TreatMissingData', 'Statistic', 'MetricName', 'Namespace',
]);

/** An empty list of these would be an answer like any other. */
const LISTS = new Set(['Experiments', 'Metrics']);

/** The answer with this fault. The true one stays as it is: parts of it are shared. */
export function answerAfter({ place, what }: AnswerFault, truth: unknown): unknown {
  const answer = { all: JSON.parse(JSON.stringify(truth)) };
  const places = placesIn(answer, 'all');
  const { holder, key } = places[place % places.length];
  const damaged = damage(holder[key], what, key);
  if (damaged !== undefined) {
    holder[key] = damaged;
  } else if (Array.isArray(holder)) {
    holder[key as unknown as number] = null;
  } else {
    delete holder[key];
  }
  return answer.all ?? {};
}

interface Place {
  readonly holder: any;
  readonly key: string;
}

function placesIn(holder: any, key: string): Place[] {
  const value = holder[key];
  const inside = typeof value === 'object' && value !== null ? Object.keys(value).filter((name) => !SPARED.has(name)) : [];
  return [{ holder, key }, ...inside.flatMap((name) => placesIn(value, name))];
}

function damage(value: unknown, what: Damage, key: string): unknown {
  switch (what) {
    case 'left out': return undefined;
    case 'null': return null;
    case 'number': return -1.5;
    case 'text': return 'garbage';
    case 'empty text': return '';
    case 'long text': return `long \u0000\n"{% ${'x'.repeat(50_000)}`;
    case 'object': return {};
    case 'array': return LISTS.has(key) ? [value] : [];
    case 'boolean': return value !== true;
  }
}
