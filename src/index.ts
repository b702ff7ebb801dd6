export * from './chaos-experiment';
export * from './chaos-experiment-stage';
export * from './experiment';
export * from './fault-action';
export * from './fault-action.generated';
export * from './fault-target';
export * from './selection';
export * from './verdict';
