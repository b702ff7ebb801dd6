/**
 * Mutants that behave like the original machine in every scenario, each with the reason.
 */
export interface Equivalence {
  /** The ids of the mutants. */
  readonly mutants: RegExp;
  readonly reason: string;
}

export const EQUIVALENT: readonly Equivalence[] = [
  {
    mutants: /gate: Configure: first value of \$recoveryDeadline is lower/,
    reason: 'a deadline that has passed stays passed',
  },
  {
    mutants: /gate: Configure: first value of \$(searchDeadline|searchedAt|createdAt|watchStartedAt|watchDeadline|steadyAt|observation|pages) is (higher|lower)/,
    reason: 'each is set before the first state that reads it: by the first page of a search, by the start, or by the last check of the guards',
  },
  {
    mutants: /watchdog: Configure: first value of \$pages is (higher|lower)/,
    reason: 'the first page of every search sets it',
  },
  {
    mutants: /gate: Configure: first value of \$guardsAfterwards is corrupt/,
    reason: 'an entry that is not a guard has neither left the OK state nor failed to recover',
  },
  {
    mutants: /Judge: \$verdict: operator (22|24), and, becomes or in '.*\$(experimentId|mayStillRun?)/,
    reason: 'a second safeguard: without a failure, the judge is only reached with an experiment that is known and was seen to complete',
  },
  {
    mutants: /watchdog: (FindExperiments|CheckGate|CheckPipeline|StopGate): retrier of States.QueryEvaluationError removed/,
    reason: 'the next retrier replaces it, and everything is repeated a minute later anyway',
  },
  {
    mutants: /watchdog: (FindExperiments: assignment of \$nextToken in the catcher|FindExperimentsResult: assignment of \$nextToken in rule 3)/,
    reason: 'a search that begins at a later page counts as at most one clean search, and the second begins at the first page',
  },
  {
    mutants: /watchdog: FindExperimentsResult: (assignment of \$looks in rule 3 removed|\$looks in rule 3: operator 1, \+, becomes -)/,
    reason: 'with so many pages, the number of pages makes the watchdog give up',
  },
  {
    mutants: /watchdog: Configure: first value of \$(gateStatus|pipelineStatus) is corrupt/,
    reason: 'a missing status does not lead to an action either',
  },
  {
    mutants: /watchdog: Configure: first value of \$looksSinceCheck is /,
    reason: 'it is counted modulo five, and the mutant differs by a multiple of that',
  },
  {
    mutants: /existing template gate: Configure: first value of \$faultNames is corrupt/,
    reason: 'no verdict depends on it before the template has been read, which sets it',
  },
  {
    mutants: /existing template gate: ReadTemplate: \$(guardsWithoutStopCondition|faultNames|expectedDuration): operator \d, and, becomes or in '= \$experimentTemplateId and /,
    reason: 'the other assignments of this state check the same, and if one fails, none is made',
  },
  {
    mutants: /unguarded gate: HasItEnded: rule 1 to Judge removed/,
    reason: 'without guards the next rule leads to the same state',
  },
];
