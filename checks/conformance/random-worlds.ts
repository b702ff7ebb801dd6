/**
 * The random worlds of the simulation that are possible over the wire.
 */
import * as fc from 'fast-check';
import { ApiModels } from './api-model';
import { Case } from './cases';
import { GateRun, RunOptions } from '../../simulator/gate-run';
import { world as anyWorld } from '../../test/worlds/arbitrary';
import { World, play } from '../../test/worlds/world';

/** The longest gate, in virtual seconds. */
const LONGEST = 3600;

/** The first suitable worlds of a seed. */
export async function randomCases(count: number, seed: number, models: ApiModels): Promise<Case[]> {
  const cases: Case[] = [];
  // one after another, so the same seed gives the same worlds for any count
  for (let i = 0; cases.length < count; i++) {
    const [world] = fc.sample(anyWorld, { numRuns: 1, seed: seed * 100_000 + i });
    if (!fitsTheWire(world, models)) { continue; }
    const run = await play(world);
    if (run.gateMachine.executions.some(({ startTime, stopTime }) => stopTime! - startTime > LONGEST * 1000)) { continue; }
    cases.push({ name: `random ${seed * 100_000 + i}, ${world.subject}`, subject: run.subject, options: () => optionsIn(world) });
  }
  return cases;
}

/** The SDK rejects an answer that does not match the API model before an interpreter sees it, but not one in which something is missing. */
function fitsTheWire(world: World, models: ApiModels): boolean {
  return world.faults.every(({ operation, what, answer, error }) =>
    what === 'malformed' ? answer!.what === 'left out' : what === 'refused' ? models.knowsError(operation, error!) : true);
}

/** New options like those with which `play` runs a world. */
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
