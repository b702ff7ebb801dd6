/**
 * Random worlds of the simulation, as far as they can be had over the wire.
 */
import * as fc from 'fast-check';
import { ApiModels } from './api-model';
import { Case } from './cases';
import { GateRun, RunOptions } from '../../simulator/gate-run';
import { world as anyWorld } from '../../test/worlds/arbitrary';
import { World, play } from '../../test/worlds/world';

/** Virtual seconds that a gate may take. */
const LONGEST = 3600;

/** The first worlds of a seed that fit. */
export async function randomCases(count: number, seed: number, models: ApiModels): Promise<Case[]> {
  const cases: Case[] = [];
  // one after the other: the same seed gives the same worlds, whatever the count
  for (let i = 0; cases.length < count; i++) {
    const [world] = fc.sample(anyWorld, { numRuns: 1, seed: seed * 100_000 + i });
    if (!fitsTheWire(world, models)) { continue; }
    const run = await play(world);
    if (run.gateMachine.executions.some(({ startTime, stopTime }) => stopTime! - startTime > LONGEST * 1000)) { continue; }
    cases.push({ name: `random ${seed * 100_000 + i}, ${world.subject}`, subject: run.subject, options: () => optionsIn(world) });
  }
  return cases;
}

/** An answer that does not fit the API model is refused by the SDK before an interpreter sees it; one in which something is missing is not. */
function fitsTheWire(world: World, models: ApiModels): boolean {
  return world.faults.every(({ operation, what, answer, error }) =>
    what === 'malformed' ? answer!.what === 'left out' : what === 'refused' ? models.knowsError(operation, error!) : true);
}

/** The options with which `play` runs a world, made anew. */
async function optionsIn(world: World): Promise<RunOptions> {
  let options: RunOptions | undefined;
  const caught = new Error('options are all that is wanted');
  const watch = (run: GateRun) => {
    if (options) { return; }
    ({ options } = run as unknown as { options: RunOptions });
    throw caught;
  };
  await play(world, watch).catch((e) => {
    if (e !== caught) { throw e; }
  });
  return options!;
}
