/**
 * Malformed answers. None of them is a lie: whoever reads the answer can see what is wrong with it.
 */

/** What is wrong with an answer, in one place. */
export interface AnswerFault {
  /** A field, or an index in a list; empty for the whole answer. An answer without this field does not change. */
  readonly field: string;
  /** Which of the fields with this name, from 0; the last one if there are fewer. */
  readonly nth?: number | 'each';
  readonly what: Damage;
}

export const DAMAGES = ['left out', 'null', 'number', 'text', 'empty text', 'long text', 'object', 'array', 'boolean', 'empty JSON'] as const;
export type Damage = typeof DAMAGES[number];

/** Fields that can be damaged, by operation. */
export const FIELDS: { readonly [operation: string]: readonly string[] } = {
  'fis:getSafetyLever': ['', 'SafetyLever', 'State', 'Status'],
  'fis:listExperiments': ['', 'NextToken', 'Experiments', '0', '1', 'Id', 'State', 'Status', 'CreationTime'],
  'fis:startExperiment': ['', 'Experiment', 'Id', 'Arn', 'CreationTime', 'State', 'Status'],
  'fis:getExperiment': ['', 'Experiment', 'Id', 'Arn', 'State', 'Status', 'Reason', 'Actions', 'latency', 'reboot'],
  'fis:getExperimentTemplate': [
    '', 'ExperimentTemplate', 'Id', 'StopConditions', '0', '1', 'Value', 'Actions', 'latency', 'reboot', 'settle', 'ActionId', 'Parameters', 'duration', 'StartAfter',
  ],
  'fis:stopExperiment': ['', 'Experiment', 'Id'],
  'cloudwatch:describeAlarms': [
    '', 'MetricAlarms', 'CompositeAlarms', '0', '1', 'AlarmName', 'AlarmArn', 'StateValue', 'StateTransitionedTimestamp', 'Period', 'EvaluationPeriods', 'Metrics', 'MetricStat',
  ],
  'cloudwatch:describeAlarmHistory': ['', 'NextToken', 'AlarmHistoryItems', '0', '1', 'HistoryData'],
  'sfn:startExecution': ['', 'ExecutionArn', 'StartDate'],
  'sfn:describeExecution': ['', 'Status', 'Name', 'StopDate'],
  'sfn:stopExecution': ['', 'StopDate'],
  'codepipeline:getPipelineExecution': ['', 'PipelineExecution', 'Status'],
};

/** An empty list of these would be a valid answer. So would an answer without a token for the next page. */
const LISTS = ['Experiments', 'Metrics'];

/** The answer with this fault. The original does not change, because parts of it are shared. */
export function malformedAnswer({ field, nth = 0, what }: AnswerFault, original: unknown): unknown {
  const answer = { '': JSON.parse(JSON.stringify(original)) };
  const places = placesIn(answer, '').filter(({ key }) => key === field);
  if (places.length === 0) { return original; }
  // from the inside out: a damaged field has nothing left inside
  const chosen = nth === 'each' ? places.reverse() : [places[Math.min(nth, places.length - 1)]];
  chosen.forEach((place) => damageAt(place, what));
  return answer[''] ?? {};
}

function damageAt({ holder, key }: Place, what: Damage) {
  const damaged = damagedValue(holder[key], what, key);
  if (key === 'NextToken' && !damaged) { return; }
  if (damaged !== undefined) {
    holder[key] = damaged;
  } else if (Array.isArray(holder)) {
    holder[Number(key)] = null;
  } else {
    delete holder[key];
  }
}

interface Place {
  readonly holder: any;
  readonly key: string;
}

function placesIn(holder: any, key: string): Place[] {
  const value = holder[key];
  const inside = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return [{ holder, key }, ...inside.flatMap((name) => placesIn(value, name))];
}

function damagedValue(value: unknown, what: Damage, key: string): unknown {
  switch (what) {
    case 'left out': return undefined;
    case 'null': return null;
    case 'number': return -1.5;
    case 'text': return 'garbage';
    case 'empty text': return '';
    case 'long text': return `long \u0000\n"{% ${'x'.repeat(5_000)}`;
    case 'object': return {};
    case 'array': return LISTS.includes(key) ? [value] : [];
    case 'boolean': return value !== true;
    case 'empty JSON': return '{}';
  }
}
