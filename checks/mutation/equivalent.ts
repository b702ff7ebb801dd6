/**
 * Mutants that no scenario can tell from the machine as it is, each with the reason.
 */
export interface Equivalence {
  /** The ids of the mutants. */
  readonly mutants: RegExp;
  readonly reason: string;
}

export const EQUIVALENT: readonly Equivalence[] = [
  {
    mutants: /gate: Configure: first value of \$recoveryDeadline is lower/,
    reason: 'a deadline that is past is past',
  },
  {
    mutants: /Configure: first value of \$searchUntil is /,
    reason: 'the first page of every search sets it, and only the following ones look at it',
  },
  {
    mutants: /gate: Configure: first value of \$unsteady is corrupt/,
    reason: 'no verdict depends on it before the guards have been read, and the document looks up the names of guards in it alone',
  },
  {
    mutants: /ReadGuards: \$(guards|unsteady): operator \d, and, becomes or in '(d\.StateValue|nedTimestamp)\) = /,
    reason: 'a guard that lacks its state or its time is among the missing ones, and a missing guard blocks',
  },
  {
    mutants: /Judge: \$verdict: operator (18|20), and, becomes or in '.*\$(experimentId|mayStillRun?)/,
    reason: 'a belt to the braces: without a failure, judging is reached only by an experiment that is known and was seen to complete',
  },
  {
    mutants: /gate: FindEarlierResult: assignment of \$nextToken in rule 3 removed|watchdog: FindExperimentsResult: assignment of \$nextToken in rule 2 removed/,
    reason: 'the rule itself says that it is empty already',
  },
  {
    mutants: /watchdog: (FindExperiments|LookAtGate|LookAtPipeline|StopGate): retrier of States.QueryEvaluationError removed/,
    reason: 'the retrier after it takes its place, and all is asked again a minute later anyway',
  },
  {
    mutants: /watchdog: (FindExperiments: assignment of \$nextToken in the catcher|FindExperimentsResult: assignment of \$nextToken in rule 3)/,
    reason: 'a look that begins at a later page counts as one clean look at most, and the second begins at the first page',
  },
  {
    mutants: /watchdog: (FindExperiments: assignment of \$pages in the catcher|FindExperimentsResult: assignment of \$pages in rule 1)/,
    reason: 'it only makes a later look too long for once, after which the count begins anew',
  },
  {
    mutants: /watchdog: FindExperimentsResult: (assignment of \$looks in rule 3 removed|\$looks in rule 3: operator 1, \+, becomes -)/,
    reason: 'where a look takes so many pages, it is the number of pages read that makes it give up',
  },
  {
    mutants: /watchdog: Configure: first value of \$(gateStatus|pipelineStatus) is corrupt/,
    reason: 'no status at all is none of those that are acted on either',
  },
  {
    mutants: /standard watchdog: (Configure: first value of \$ticks|LookAtGate: (assignment of )?\$ticks)/,
    reason: 'where the pipeline is asked after with every look, the count is always zero',
  },
  {
    mutants: /existing template gate: Configure: first value of \$faultNames is corrupt/,
    reason: 'no verdict depends on it before the template has been read, which sets it',
  },
  {
    mutants: /existing template gate: ReadTemplate: \$(unstopped|faultNames|expected): operator \d, and, becomes or in '= \$experimentTemplateId and /,
    reason: 'the other assignments of this state check the same, and if one fails, none is made',
  },
  {
    mutants: /unguarded gate: HasItEnded: rule 1 to Judge removed/,
    reason: 'without guards the next rule leads to the same state',
  },
  {
    mutants: /gate: Configure: first value of \$lookedAt is /,
    reason: 'the first page of the search sets it',
  },
  {
    mutants: /ReadGuardsAgain: \$present: operator (6|8), and, becomes or/,
    reason: 'an alarm without its state or its time has not recovered, whatever its history says',
  },
];
