/**
 * Scenarios that the mutants called for.
 */
import { Scenario } from '../simulator/scenarios';

export const EXTRA_SCENARIOS: readonly Scenario[] = [];
