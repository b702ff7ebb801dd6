/**
 * Scenarios that the mutants called for.
 */
import { Scenario } from '../simulator/scenarios';

export const EXTRA_SCENARIOS: readonly Scenario[] = [];

/** Scenarios for one variant of the gate alone. */
export const EXTRA_SCENARIOS_OF: { readonly [variant: string]: readonly Scenario[] } = {};
