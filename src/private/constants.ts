/** Prefix of tag keys and warning ids. Both are public: least-privilege policies and acknowledgements are written against them. */
export const PACKAGE = 'cdk-chaos-experiment-stage';

/** Tag of every experiment that a gate starts: the gate's name. Its permissions to read and stop experiments depend on it. */
export const GATE_TAG = `${PACKAGE}:gate`;

/** Tag of every experiment that a gate starts: the name of the execution that started it. */
export const EXECUTION_TAG = `${PACKAGE}:execution`;

/** Tag of every experiment that a gate starts: the id of the pipeline execution, or empty. */
export const PIPELINE_EXECUTION_TAG = `${PACKAGE}:pipeline-execution`;
