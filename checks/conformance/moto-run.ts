/**
 * A run of the gate in which moto executes the machines, with the same simulated AWS and virtual clock as in a `GateRun`.
 */
import { Answer, Moto, MotoExecution, MotoMachine } from './moto';
import { GateRun, RunOptions, Subject, pseudoRandom } from '../../simulator/gate-run';
import { StateMachine, TaskCall } from '../../simulator/interpreter';

export class MotoRun extends GateRun {
  constructor(moto: Moto, subject: Subject, options: RunOptions) {
    super(subject, options);
    // the same random numbers as in the simulator, so retries wait equally long in both
    const random = pseudoRandom(options.seed ?? 1);
    const machine = ({ name, arn }: StateMachine, definition: any) => this.aws.register(
      new MotoMachine({ moto, definition, name, arn, clock: this.clock, handler: (call) => this.perform(call), random }) as unknown as StateMachine,
    );
    Object.assign(this, {
      gateMachine: machine(this.gateMachine, subject.gateDefinition),
      watchdogMachine: machine(this.watchdogMachine, subject.watchdogDefinition),
    });
  }

  private async perform(call: TaskCall): Promise<Answer> {
    const value = await this.aws.handler(call);
    const recorded = this.aws.calls.filter(({ execution, answer }) => execution === call.execution && answer === value).at(-1)!;
    return { value, madeUp: recorded.effect !== value };
  }
}

/** An execution of a `MotoRun`, with its own type. */
export function inMoto(execution: unknown): MotoExecution {
  return execution as MotoExecution;
}
