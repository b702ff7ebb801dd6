import { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App } from 'aws-cdk-lib';
import { releaseAndExpectPass } from './release-and-expect';
import { SampleStack } from './sample/sample-stack';

const app = new App();
const stack = new SampleStack(app, 'ChaosSample');

const test = new IntegTest(app, 'Sample', {
  testCases: [stack],
  // a second deployment over the first would only repeat an hour of releases
  stackUpdateWorkflow: false,
});
releaseAndExpectPass(test, stack.delivery.pipeline, 'ChaosExperiment');
