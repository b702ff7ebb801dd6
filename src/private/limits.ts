/*
 * Every quota and bound, of AWS and of this library, each once. Times are in seconds, lengths in characters, unless the name says otherwise.
 */

// ---------------------------------------------------------------------------------------------------------------------------------------
// AWS FIS: experiments
// ---------------------------------------------------------------------------------------------------------------------------------------

/** FIS ends every experiment, and every action, after this time. @see https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html */
export const LONGEST_EXPERIMENT = 12 * 3600;

/** The actions of an experiment template, a quota. @see https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html */
export const MOST_ACTIONS = 20;

/** The stop conditions of an experiment template, a quota. @see https://docs.aws.amazon.com/fis/latest/userguide/fis-quotas.html */
export const MOST_STOP_CONDITIONS = 5;

/** The id of an experiment template. @see https://docs.aws.amazon.com/fis/latest/APIReference/API_ExperimentTemplate.html */
export const LONGEST_TEMPLATE_ID = 64;

/** The name of an action in its template. @see https://docs.aws.amazon.com/fis/latest/APIReference/API_ExperimentTemplate.html */
export const LONGEST_ACTION_NAME = 64;

/** The description of a template or an action. @see https://docs.aws.amazon.com/fis/latest/APIReference/API_ExperimentTemplateAction.html */
export const LONGEST_DESCRIPTION = 512;

/** The value of an action's parameter. @see https://docs.aws.amazon.com/fis/latest/APIReference/API_ExperimentTemplateAction.html */
export const LONGEST_ACTION_PARAMETER = 1024;

/** The tags of a template, and those by which a target is found. @see https://docs.aws.amazon.com/fis/latest/APIReference/API_ExperimentTemplate.html */
export const MOST_TAGS = 50;
export const LONGEST_TAG_KEY = 128;
export const LONGEST_TAG_VALUE = 256;

/** Where in a bucket logs go. @see https://docs.aws.amazon.com/fis/latest/APIReference/API_ExperimentTemplateS3LogConfigurationInput.html */
export const LONGEST_LOG_PREFIX = 700;

/** Where in a bucket reports go. @see https://docs.aws.amazon.com/fis/latest/APIReference/API_ReportConfigurationS3Output.html */
export const LONGEST_REPORT_PREFIX = 256;

// ---------------------------------------------------------------------------------------------------------------------------------------
// AWS FIS: targets
// ---------------------------------------------------------------------------------------------------------------------------------------

/** The ARNs of a target, unless its type allows fewer. @see https://docs.aws.amazon.com/fis/latest/APIReference/API_CreateExperimentTemplateTargetInput.html */
export const MOST_TARGET_ARNS = 5;

/** The value of a target's parameter. @see https://docs.aws.amazon.com/fis/latest/APIReference/API_CreateExperimentTemplateTargetInput.html */
export const LONGEST_TARGET_PARAMETER = 1024;

/** A filter of a target. @see https://docs.aws.amazon.com/fis/latest/APIReference/API_ExperimentTemplateTargetInputFilter.html */
export const LONGEST_FILTER_PATH = 256;
export const LONGEST_FILTER_VALUE = 128;

// ---------------------------------------------------------------------------------------------------------------------------------------
// AWS CodePipeline
// ---------------------------------------------------------------------------------------------------------------------------------------

/** The actions of a stage. @see https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html */
export const MOST_ACTIONS_IN_STAGE = 50;

/** The name of a pipeline, a stage or an action. @see https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html */
export const LONGEST_PIPELINE_NAME = 100;

/** @see https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_ActionDeclaration.html */
export const HIGHEST_RUN_ORDER = 999;

// ---------------------------------------------------------------------------------------------------------------------------------------
// The experiment template of this library
// ---------------------------------------------------------------------------------------------------------------------------------------

/**
 * The actions and targets as JSON, in bytes. The gate reads the whole experiment, and Step Functions accepts an answer of at most 256 KiB:
 * this leaves room for all that FIS adds.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
export const MOST_EXPERIMENT_BYTES = 150_000;

/**
 * The tags of one target in a statement of a policy. A role can have an inline policy of 10,240 characters and ten managed policies of 6,144.
 * Twenty actions fit into them, each with two statements that have this many characters of tags.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
export const MOST_TAG_CHARACTERS = 1400;

/** The part of a log group's name that is made from the path of the construct. */
export const LONGEST_LOG_GROUP_ID = 80;

/** How long an instance may take to install the tools of an SSM document. */
export const LONGEST_INSTALLATION = 2 * 60;

// ---------------------------------------------------------------------------------------------------------------------------------------
// The options of a gate
// ---------------------------------------------------------------------------------------------------------------------------------------

/** `steadyStateTimeout`. */
export const LONGEST_STEADY_STATE_TIMEOUT = 3600;
export const DEFAULT_STEADY_STATE_TIMEOUT = 5 * 60;

/** `timeout`, which must not be shorter than the experiment either. */
export const SHORTEST_TIMEOUT = 60;
export const LONGEST_TIMEOUT = 13 * 3600;

/** `observationTime`, if it is given. */
export const LONGEST_OBSERVATION_TIME = 6 * 3600;

/** `recoveryTimeout`. */
export const LONGEST_RECOVERY_TIMEOUT = 6 * 3600;
export const DEFAULT_RECOVERY_TIMEOUT = 5 * 60;

// ---------------------------------------------------------------------------------------------------------------------------------------
// Both machines
// ---------------------------------------------------------------------------------------------------------------------------------------

/** How long one call to AWS may take before it counts as lost. */
export const CALL_TIMEOUT = 60;

/** The longest that a call can take with all of its retries, rounded up. */
export const LONGEST_CALL = 9 * 60;

/** A field of an answer that must be there, such as an id or a status. */
export const LONGEST_REQUIRED_TEXT = 200;

/** The id of an experiment. @see https://docs.aws.amazon.com/fis/latest/APIReference/API_Experiment.html */
export const LONGEST_EXPERIMENT_ID = 100;

/** The key by which a watchdog knows a pipeline: a unique id of the CDK has 240 characters of the path, and a hash. */
export const LONGEST_KEY = 255;

/** How many experiments a page of the list has: the answer must fit into the 256 KiB of a state, unless they carry dozens of long tags each. */
export const LIST_PAGE = 20;

/** How many pages a search reads. FIS lists the experiments of 120 days. */
export const MOST_PAGES = 200;

// ---------------------------------------------------------------------------------------------------------------------------------------
// The gate
// ---------------------------------------------------------------------------------------------------------------------------------------

/** The input. A pipeline passes less than 1,000 characters; the watchdog could not read an execution with a very long one. */
export const LONGEST_INPUT = 10_000;

/** Time between two checks of a guard that is not OK, or of an earlier experiment. */
export const STEADY_POLL_INTERVAL = 15;

/** How many earlier experiments, one after another, the gate waits for. */
export const MOST_EARLIER_EXPERIMENTS = 3;

/** How long a search of the gate goes on to another page, and the longest that it can take in all. */
export const LONGEST_PAGING = 5 * 60;
const LONGEST_SEARCH = LONGEST_PAGING + 2 * LONGEST_CALL;

/** The longest that the steps before the start can take beyond the time for which they wait. */
export const LONGEST_BEFORE = 3 * LONGEST_CALL + (MOST_EARLIER_EXPERIMENTS + 1) * LONGEST_SEARCH + 2 * STEADY_POLL_INTERVAL;

/** How late FIS may list an experiment. */
export const LIST_DELAY = 15;

/** How far the clocks of FIS and Step Functions may differ. It must be far below 90 days, after which the name of an execution may return. */
export const MOST_CLOCK_SKEW = 60;

/** How long the start is retried while a quota of FIS is reached. */
const LONGEST_QUOTA_RETRY = 10 * 60;

/** The longest that the start can take: the watchdog, the start itself with the retries for its quota, and two searches. */
export const LONGEST_START = LONGEST_CALL + LONGEST_CALL + LONGEST_QUOTA_RETRY + LIST_DELAY + 2 * LONGEST_SEARCH;

/** Time between two looks at the experiment where something is likely to happen: a bad template fails at once, a good one ends on time. */
export const DENSE_POLL_INTERVAL = 15;

/** Time between two looks where nothing is likely to happen, in an experiment of up to an hour and in a longer one. */
export const SPARSE_POLL_INTERVAL = 26;
export const SPAREST_POLL_INTERVAL = 54;

/** What FIS needs beyond the durations of the actions: start-up, target resolution, post actions such as starting instances again. */
export const EXPERIMENT_SLACK = 15 * 60;

/** How long the gate waits for the end of an experiment that it stops, and the time between two looks. */
export const STOP_TIMEOUT = 10 * 60;
export const STOP_POLL_INTERVAL = 10;

/** The longest that stopping can take: a round before that time is counted, and one when it is over. */
export const LONGEST_STOP = STOP_TIMEOUT + 2 * (CALL_TIMEOUT + STOP_POLL_INTERVAL + LONGEST_CALL);

/** The longest that the guards are observed unless `observationTime` is given, and how long if they do not say how slow they are (composite alarms). */
export const LONGEST_DEFAULT_OBSERVATION = 3600;
export const UNKNOWN_OBSERVATION = 300;

/** What is added to the time in which the slowest guard sees a fault: metrics arrive late. */
export const METRIC_DELAY = 120;

/** Time between two checks of a guard that has not recovered. In a long recovery it is longer, so that the history stays short. */
export const RECOVERY_POLL_INTERVAL = 15;
export const MOST_RECOVERY_POLLS = 240;

/** How many changes of an alarm are read. */
export const MOST_HISTORY_ITEMS = 30;

/** The longest that judging the guards can take beyond observation and recovery: two reads, and the history of each of five. */
export const LONGEST_AFTER = RECOVERY_POLL_INTERVAL + 7 * LONGEST_CALL;

/** The cause of a failed execution, with room to spare. @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StopExecution.html */
export const LONGEST_CAUSE = 32_000;
export const LONGEST_SHORTENED_MESSAGE = 4000;

// ---------------------------------------------------------------------------------------------------------------------------------------
// The watchdog
// ---------------------------------------------------------------------------------------------------------------------------------------

/** Time between two looks. */
export const WATCHDOG_INTERVAL = 60;

/** How many pages of experiments it reads before it gives up: each takes six of the 25,000 events that an execution may have. */
export const MOST_PAGES_IN_ALL = 1000;

/** Beside a gate that can take longer than this, it checks the pipeline with every fifth look only: an execution has 25,000 events. */
export const LONG_GATE = 10 * 3600;
export const LOOKS_PER_PIPELINE_CHECK = 5;

/** How many looks must find nothing before it ends: a start that was under way when the gate died comes to light late. */
export const CLEAN_LOOKS = 2;

/** After how many looks it gives up stopping an experiment: two hours. */
export const MOST_LOOKS = 120;
