import { START_OF_TIME, VirtualClock } from '../../simulator/clock';
import { SimulatedCodePipeline } from '../../simulator/code-pipeline';

const clock = new VirtualClock();
const pipelines = new SimulatedCodePipeline(clock, { clock: START_OF_TIME }, [
  { pipeline: 'release', executionId: 'one', timeline: [{ at: 60, status: 'Stopping' }, { at: 90, status: 'Stopped' }] },
  { pipeline: 'release', executionId: 'two' },
]);
const status = (id: string) => (pipelines.getPipelineExecution({ PipelineName: 'release', PipelineExecutionId: id }) as any).PipelineExecution.Status;
const failsWith = (error: string) => expect.objectContaining({ error: `CodePipeline.${error}` });

test('a run is described like in the API', () => {
  expect(pipelines.getPipelineExecution({ PipelineName: 'release', PipelineExecutionId: 'two' })).toEqual({
    PipelineExecution: {
      PipelineName: 'release',
      PipelineVersion: 1,
      PipelineExecutionId: 'two',
      Status: 'InProgress',
      ArtifactRevisions: [],
      ExecutionMode: 'SUPERSEDED',
      ExecutionType: 'STANDARD',
    },
  });
});

test('a run follows its script', async () => {
  const seen: string[] = [];
  for (const at of [59, 60, 90]) clock.at(START_OF_TIME + at * 1000, () => { seen.push(status('one'), status('two')); });
  await clock.run();
  expect(seen).toEqual(['InProgress', 'InProgress', 'Stopping', 'InProgress', 'Stopped', 'InProgress']);
});

test('the status of a run is known for any time', () => {
  expect([0, 60, 89, 90].map(at => pipelines.status('release', 'one', START_OF_TIME + at * 1000))).toEqual(['InProgress', 'Stopping', 'Stopping', 'Stopped']);
  expect(pipelines.status('release', 'three', START_OF_TIME)).toBeUndefined();
});

test('fails for a pipeline or a run that does not exist, and for wrong requests', () => {
  expect(() => pipelines.getPipelineExecution({ PipelineName: 'x', PipelineExecutionId: 'one' })).toThrow(failsWith('PipelineNotFoundException'));
  expect(() => status('three')).toThrow(failsWith('PipelineExecutionNotFoundException'));
  expect(() => pipelines.getPipelineExecution({ Name: 'release' })).toThrow(failsWith('ValidationException'));
});
