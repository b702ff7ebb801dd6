/**
 * Mutants that no scenario can tell from the machine as it is, each with the reason.
 */
export const EQUIVALENT: { readonly [mutant: string]: string } = {};
