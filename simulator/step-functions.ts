/**
 * Simulated Step Functions, as other machines and callers see it. Machines are registered by ARN, and really executed.
 */
import { TaskError } from './errors';
import { Execution, StateMachine } from './interpreter';
import { canonical, checkRequest } from './requests';

const INVALID = 'Sfn.ValidationException';

export class SimulatedStepFunctions {
  private readonly machines = new Map<string, StateMachine>();
  private started = 0;

  public register(machine: StateMachine) {
    this.machines.set(machine.arn, machine);
  }

  /** All executions of all machines; those of each machine in the order of their start. */
  public get executions(): Execution[] {
    return [...this.machines.values()].flatMap(machine => machine.executions);
  }

  public startExecution(request: any): object {
    checkRequest(request, { StateMachineArn: 'string!', Name: 'string', Input: 'string', TraceHeader: 'string' }, INVALID);
    const machine = this.machines.get(request.StateMachineArn);
    if (!machine) throw new TaskError('Sfn.StateMachineDoesNotExistException', `State Machine Does Not Exist: '${request.StateMachineArn}'`);
    const name = request.Name ?? `execution-${String(++this.started).padStart(6, '0')}`;
    if (!/^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]{1,80}$/.test(name)) throw new TaskError('Sfn.InvalidNameException', `Invalid Name: '${name}'`);
    const input = parse(request.Input ?? '{}');
    const known = machine.executions.find(execution => execution.name === name);
    if (known && (known.status !== 'RUNNING' || canonical(known.input) !== canonical(input))) {
      throw new TaskError('Sfn.ExecutionAlreadyExistsException', `Execution Already Exists: '${known.arn}'`);
    }
    const execution = known ?? machine.start(input, name);
    return { ExecutionArn: execution.arn, StartDate: iso(execution.startTime) };
  }

  public describeExecution(request: any): object {
    checkRequest(request, { ExecutionArn: 'string!', IncludedData: 'string' }, INVALID);
    const { machine, execution } = this.find(request.ExecutionArn);
    return {
      ExecutionArn: execution.arn,
      StateMachineArn: machine.arn,
      Name: execution.name,
      Status: execution.status,
      StartDate: iso(execution.startTime),
      ...(execution.stopTime !== undefined && { StopDate: iso(execution.stopTime) }),
      Input: JSON.stringify(execution.input),
      InputDetails: { Included: true },
      ...(execution.output !== undefined && { Output: JSON.stringify(execution.output), OutputDetails: { Included: true } }),
      ...(execution.error !== undefined && { Error: execution.error }),
      ...(execution.cause !== undefined && { Cause: execution.cause }),
      RedriveCount: 0,
    };
  }

  /** Stops an execution, unless it has already ended. */
  public stopExecution(request: any): object {
    checkRequest(request, { ExecutionArn: 'string!', Error: 'string', Cause: 'string' }, INVALID);
    const { execution } = this.find(request.ExecutionArn);
    execution.stop(request.Error, request.Cause);
    return { StopDate: iso(execution.stopTime!) };
  }

  private find(arn: string): { machine: StateMachine; execution: Execution } {
    for (const machine of this.machines.values()) {
      const execution = machine.executions.find(candidate => candidate.arn === arn);
      if (execution) return { machine, execution };
    }
    throw new TaskError('Sfn.ExecutionDoesNotExistException', `Execution Does Not Exist: '${arn}'`);
  }
}

function parse(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch {
    throw new TaskError('Sfn.InvalidExecutionInputException', 'Invalid State Machine Execution Input');
  }
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
