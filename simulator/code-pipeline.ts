/**
 * Simulated pipeline runs, and their statuses over time.
 */
import { VirtualClock } from './clock';
import { TaskError } from './errors';
import { checkRequest } from './requests';
import { Moment, Origins, Timeline } from './timeline';

export type PipelineStatus = 'InProgress' | 'Stopping' | 'Stopped' | 'Succeeded' | 'Superseded' | 'Cancelled' | 'Failed';

export interface PipelineRun {
  readonly pipeline: string;
  readonly executionId: string;
  /** Initially `InProgress`. `at`: seconds since the start of the clock, or since `from`. */
  readonly timeline?: ReadonlyArray<{ readonly at: number; readonly from?: 'clock' | 'experiment'; readonly status: PipelineStatus }>;
}

const INVALID = 'CodePipeline.ValidationException';

export class SimulatedCodePipeline {
  private readonly timelines = new Map<PipelineRun, Timeline<PipelineStatus>>();

  constructor(private readonly clock: VirtualClock, origins: Origins, runs: readonly PipelineRun[]) {
    for (const run of runs) {
      const changes = (run.timeline ?? []).map(({ at, from, status }) => ({ at, from, value: status }));
      this.timelines.set(run, new Timeline(origins, 'InProgress', changes));
    }
  }

  /** The status of a run at a time. */
  public status(pipeline: string, executionId: string, time: number): PipelineStatus | undefined {
    return [...this.timelines].find(([run]) => run.pipeline === pipeline && run.executionId === executionId)?.[1].at(time);
  }

  /** All statuses of a run up to a time, in order. */
  public course(executionId: string, time: number): ReadonlyArray<Moment<PipelineStatus>> {
    return [...this.timelines].find(([run]) => run.executionId === executionId)?.[1].until(time) ?? [];
  }

  public getPipelineExecution(request: any): object {
    checkRequest(request, { PipelineName: 'string!', PipelineExecutionId: 'string!' }, INVALID);
    const runs = [...this.timelines].filter(([{ pipeline }]) => pipeline === request.PipelineName);
    if (runs.length === 0) throw new TaskError('CodePipeline.PipelineNotFoundException', `no pipeline '${request.PipelineName}'`);
    const found = runs.find(([{ executionId }]) => executionId === request.PipelineExecutionId);
    if (!found) throw new TaskError('CodePipeline.PipelineExecutionNotFoundException', `no run '${request.PipelineExecutionId}'`);
    return {
      PipelineExecution: {
        PipelineName: request.PipelineName,
        PipelineVersion: 1,
        PipelineExecutionId: request.PipelineExecutionId,
        Status: found[1].at(this.clock.now()),
        ArtifactRevisions: [],
        ExecutionMode: 'SUPERSEDED',
        ExecutionType: 'STANDARD',
      },
    };
  }
}
