import { START_OF_TIME, VirtualClock } from '../../simulator/clock';
import { AlarmScript, SimulatedCloudWatch } from '../../simulator/cloudwatch';
import { experimentTemplate } from '../../simulator/experiment';
import { FisOptions, SimulatedFis } from '../../simulator/fis';

let clock: VirtualClock;
beforeEach(() => { clock = new VirtualClock(); });

const TEMPLATE = experimentTemplate('EXT1', {
  actions: { a: { actionId: 'aws:fis:wait', parameters: { duration: 'PT1M' } } },
  stopConditions: [{ source: 'aws:cloudwatch:alarm', value: 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:errors' }, { source: 'none' }],
});
const OTHER = experimentTemplate('EXT2', { actions: {}, stopConditions: [{ source: 'none' }] });

function world(options: FisOptions = {}, alarms: AlarmScript[] = [{ name: 'errors' }]): SimulatedFis {
  const origins = { clock: START_OF_TIME };
  return new SimulatedFis(clock, origins, new SimulatedCloudWatch(clock, origins, alarms), { templates: [TEMPLATE, OTHER], ...options });
}
const pass = async (seconds: number) => {
  void clock.spawn(() => clock.sleep(seconds * 1000));
  await clock.run();
};
const start = (fis: SimulatedFis, token = 't', more: object = {}) => (fis.startExperiment({ ClientToken: token, ExperimentTemplateId: 'EXT1', ...more }) as any).Experiment;
const status = (fis: SimulatedFis, id = 'EXP000001') => (fis.getExperiment({ Id: id }) as any).Experiment.State.Status;
const failsWith = (error: string, cause = '') => expect.objectContaining({ error: `Fis.${error}`, cause: expect.stringContaining(cause) });
const all = (fis: SimulatedFis, request: object = {}) => (fis.listExperiments(request) as any).Experiments.map((e: any) => e.Id);

describe('StartExperiment', () => {
  test('returns the new experiment, pending, with its tags', () => {
    expect(start(world(), 't', { Tags: { gate: 'g' } })).toMatchObject({
      Id: 'EXP000001', ExperimentTemplateId: 'EXT1', State: { Status: 'pending' }, Tags: { gate: 'g' }, CreationTime: '2026-01-05T09:00:00.000Z',
    });
  });

  test('returns the same experiment for the same token and request, whatever its status', async () => {
    const fis = world();
    const first = start(fis, 't', { Tags: { a: '1', b: '2' } });
    await pass(3600);
    expect(start(fis, 't', { Tags: { b: '2', a: '1' } })).toMatchObject({ Id: first.Id, State: { Status: 'completed' } });
    expect(fis.experiments).toHaveLength(1);
  });

  test('starts a new experiment for a new token', () => {
    const fis = world();
    expect([start(fis, 't').Id, start(fis, 'u').Id]).toEqual(['EXP000001', 'EXP000002']);
  });

  test('can have been called long ago', () => {
    const fis = world();
    fis.startExperiment({ ClientToken: 'old', ExperimentTemplateId: 'EXT1' }, { ends: 'failed', endsAfter: 60 }, START_OF_TIME - 3_600_000);
    expect(fis.listExperiments({})).toMatchObject({ Experiments: [{ CreationTime: '2026-01-05T08:00:00.000Z', State: { Status: 'failed' } }] });
    expect(fis.activeExperiments()).toEqual([]);
  });

  test('fails for the same token with another request', () => {
    const fis = world();
    start(fis);
    expect(() => start(fis, 't', { Tags: { a: 'b' } })).toThrow(failsWith('ConflictException'));
  });

  test.each<[string, object, string]>([
    ['no token', { ExperimentTemplateId: 'EXT1' }, "'ClientToken' is required"],
    ['a token with white space', { ClientToken: 'a b', ExperimentTemplateId: 'EXT1' }, 'no white space'],
    ['an empty token', { ClientToken: '', ExperimentTemplateId: 'EXT1' }, '1 to 1024 characters'],
    ['a token that is too long', { ClientToken: 'x'.repeat(1025), ExperimentTemplateId: 'EXT1' }, '1 to 1024 characters'],
    ['no template', { ClientToken: 't' }, "'ExperimentTemplateId' is required"],
    ['camelCase', { clientToken: 't', ExperimentTemplateId: 'EXT1' }, "unknown member 'clientToken'"],
    ['tags that are not strings', { ClientToken: 't', ExperimentTemplateId: 'EXT1', Tags: { a: 1 } }, "'Tags'"],
    ['an unknown mode', { ClientToken: 't', ExperimentTemplateId: 'EXT1', ExperimentOptions: { ActionsMode: 'some' } }, 'ActionsMode'],
    ['an unknown option', { ClientToken: 't', ExperimentTemplateId: 'EXT1', ExperimentOptions: { Mode: 'x' } }, "unknown member 'Mode'"],
  ])('fails for %s', (_, request, cause) => {
    expect(() => world().startExperiment(request)).toThrow(failsWith('ValidationException', cause));
  });

  test('fails for a template that does not exist', () => {
    expect(() => world().startExperiment({ ClientToken: 't', ExperimentTemplateId: 'EXT9' })).toThrow(failsWith('ResourceNotFoundException'));
  });

  test('fails with five active experiments, and succeeds again once one has ended', async () => {
    const fis = world();
    for (let i = 0; i < 5; i++) start(fis, `t${i}`);
    expect(() => start(fis, 't5')).toThrow(failsWith('ServiceQuotaExceededException'));
    expect(start(fis, 't4').Id).toBe('EXP000005');
    await pass(3600);
    expect(start(fis, 't5').Id).toBe('EXP000006');
  });

  test('skips all actions in a preview', async () => {
    const fis = world();
    start(fis, 't', { ExperimentOptions: { ActionsMode: 'skip-all' } });
    await pass(3600);
    expect((fis.getExperiment({ Id: 'EXP000001' }) as any).Experiment).toMatchObject({ Actions: { a: { State: { Status: 'skipped' } } }, ExperimentOptions: { ActionsMode: 'skip-all' } });
  });

  test('uses the script of the simulation, by number, or its own script', async () => {
    const fis = world({ script: nth => (nth === 1 ? { ends: 'failed' } : { ends: 'cancelled' }) });
    start(fis, 't');
    start(fis, 'u');
    fis.startExperiment({ ClientToken: 'v', ExperimentTemplateId: 'EXT1' }, { ends: 'never' });
    await pass(3600);
    expect(['EXP000001', 'EXP000002', 'EXP000003'].map(id => status(fis, id))).toEqual(['failed', 'cancelled', 'running']);
    const same = world({ script: { ends: 'failed' } });
    start(same);
    await pass(3600);
    expect(status(same)).toBe('failed');
  });
});

describe('stop conditions', () => {
  test('stop the experiment while it is active', async () => {
    const fis = world({}, [{ name: 'errors', timeline: [{ at: 100, state: 'ALARM' }, { at: 130, state: 'OK' }] }]);
    await pass(60);
    start(fis);
    await pass(40);
    expect(status(fis)).toBe('running');
    await pass(1);
    expect((fis.getExperiment({ Id: 'EXP000001' }) as any).Experiment.State).toEqual({ Status: 'stopping', Reason: 'Experiment halted by stop condition.' });
    await pass(20);
    expect(status(fis)).toBe('stopped');
  });

  test('do not matter before and after the experiment', async () => {
    const fis = world({}, [{ name: 'errors', timeline: [{ at: 10, state: 'ALARM' }, { at: 20, state: 'OK' }, { at: 500, state: 'ALARM' }] }]);
    await pass(60);
    start(fis);
    await pass(600);
    expect(status(fis)).toBe('completed');
  });

  test('can be counted from the start of the experiment', async () => {
    const fis = world({}, [{ name: 'errors', timeline: [{ at: 30, from: 'experiment', state: 'ALARM' }] }]);
    await pass(500);
    start(fis);
    await pass(31);
    expect(status(fis)).toBe('stopping');
  });

  test('are not counted from an experiment with its own script, which somebody else starts', async () => {
    const fis = world({}, [{ name: 'errors', timeline: [{ at: 30, from: 'experiment', state: 'ALARM' }] }]);
    fis.startExperiment({ ClientToken: 'other', ExperimentTemplateId: 'EXT1' }, {});
    await pass(20);
    start(fis);
    await pass(11);
    expect(['EXP000001', 'EXP000002'].map(id => status(fis, id))).toEqual(['running', 'running']);
  });

  test('are counted from the first experiment, not from later ones', async () => {
    const fis = world({}, [{ name: 'errors', timeline: [{ at: 30, from: 'experiment', state: 'ALARM' }] }]);
    start(fis, 't');
    await pass(20);
    start(fis, 'u');
    await pass(11);
    expect(['EXP000001', 'EXP000002'].map(id => status(fis, id))).toEqual(['stopping', 'stopping']);
  });

  test('do not include other alarms', async () => {
    const fis = world({}, [{ name: 'errors' }, { name: 'other', initial: 'ALARM' }]);
    start(fis);
    await pass(600);
    expect(status(fis)).toBe('completed');
  });
});

describe('the safety lever', () => {
  test('cancels experiments that start while it is engaged, and stops running ones', async () => {
    const fis = world({ safetyLever: [{ at: 30, status: 'engaged' }, { at: 90, status: 'disengaged' }] });
    start(fis, 't');
    await pass(60);
    start(fis, 'u');
    await pass(60);
    start(fis, 'v');
    await pass(600);
    expect(fis.experiments.map(experiment => experiment.status(clock.now()))).toEqual(['stopped', 'cancelled', 'completed']);
  });

  test('is shown by GetSafetyLever', async () => {
    const fis = world({ safetyLever: [{ at: 30, status: 'engaged' }] });
    expect(fis.getSafetyLever({ Id: 'default' })).toEqual({
      SafetyLever: {
        Id: 'default', Arn: 'arn:aws:fis:eu-west-1:111122223333:safety-lever/default', State: { Status: 'disengaged', Reason: 'The lever is disengaged.' },
      },
    });
    await pass(30);
    expect((fis.getSafetyLever({ Id: 'default' }) as any).SafetyLever.State.Status).toBe('engaged');
  });

  test('fails for another id, and without an id', () => {
    expect(() => world().getSafetyLever({ Id: 'x' })).toThrow(failsWith('ResourceNotFoundException'));
    expect(() => world().getSafetyLever({})).toThrow(failsWith('ValidationException'));
  });
});

describe('StopExperiment', () => {
  test('stops an active experiment after a while, and does not affect one that is already stopping', async () => {
    const fis = world();
    start(fis);
    await pass(30);
    expect((fis.stopExperiment({ Id: 'EXP000001' }) as any).Experiment.State.Status).toBe('stopping');
    await pass(19);
    expect((fis.stopExperiment({ Id: 'EXP000001' }) as any).Experiment.State.Status).toBe('stopping');
    await pass(1);
    expect(status(fis)).toBe('stopped');
  });

  test('fails for one that has ended, that does not exist, or for a wrong request', async () => {
    const fis = world();
    start(fis);
    await pass(600);
    expect(() => fis.stopExperiment({ Id: 'EXP000001' })).toThrow(failsWith('ValidationException', 'has ended'));
    expect(() => fis.stopExperiment({ Id: 'EXP000002' })).toThrow(failsWith('ResourceNotFoundException'));
    expect(() => fis.stopExperiment({ ExperimentId: 'EXP000001' })).toThrow(failsWith('ValidationException', "unknown member 'ExperimentId'"));
  });
});

test('fails to get an experiment that does not exist', () => {
  expect(() => world().getExperiment({ Id: 'EXP000009' })).toThrow(failsWith('ResourceNotFoundException'));
});

describe('ListExperiments', () => {
  test('returns the newest first, optionally of one template', () => {
    const fis = world();
    start(fis, 't');
    fis.startExperiment({ ClientToken: 'u', ExperimentTemplateId: 'EXT2' });
    start(fis, 'v', { Tags: { a: 'b' } });
    expect(all(fis)).toEqual(['EXP000003', 'EXP000002', 'EXP000001']);
    expect(all(fis, { ExperimentTemplateId: 'EXT1' })).toEqual(['EXP000003', 'EXP000001']);
    expect((fis.listExperiments({ MaxResults: 1 }) as any).Experiments[0]).toMatchObject({ Tags: { a: 'b' }, State: { Status: 'pending' } });
  });

  test('returns pages', () => {
    const fis = world();
    for (let i = 0; i < 5; i++) start(fis, `t${i}`);
    const first: any = fis.listExperiments({ MaxResults: 3 });
    expect(first.Experiments).toHaveLength(3);
    const second = fis.listExperiments({ MaxResults: 3, NextToken: first.NextToken }) as any;
    expect(second.Experiments.map((e: any) => e.Id)).toEqual(['EXP000002', 'EXP000001']);
    expect(second).not.toHaveProperty('NextToken');
  });

  test('can use any order', () => {
    const fis = world({ listOrder: newestFirst => [...newestFirst].reverse() });
    start(fis, 't');
    start(fis, 'u');
    expect(all(fis)).toEqual(['EXP000001', 'EXP000002']);
  });

  test('can be late', async () => {
    const fis = world({ listingLag: 5 });
    start(fis);
    expect(all(fis)).toEqual([]);
    await pass(5);
    expect(all(fis)).toEqual(['EXP000001']);
  });

  test('fails for wrong requests', () => {
    expect(() => world().listExperiments({ MaxResults: 0 })).toThrow(failsWith('ValidationException'));
    expect(() => world().listExperiments({ Tags: {} })).toThrow(failsWith('ValidationException'));
    expect(() => world().listExperiments({ NextToken: 'x' })).toThrow(failsWith('ValidationException'));
  });
});

test('active experiments are those that have not ended', async () => {
  const fis = world({ script: nth => (nth === 1 ? {} : { ends: 'never' }) });
  start(fis, 't');
  start(fis, 'u');
  expect(fis.activeExperiments()).toHaveLength(2);
  await pass(600);
  expect(fis.activeExperiments().map(({ id }) => id)).toEqual(['EXP000002']);
  fis.stopExperiment({ Id: 'EXP000002' });
  expect(fis.activeExperiments()).toHaveLength(1);
  await pass(20);
  expect(fis.activeExperiments()).toEqual([]);
});
