import { ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { Aspects, CfnResource, Duration } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';

// a waiting custom resource may take an hour at most
const WAIT = { totalTimeout: Duration.minutes(55), interval: Duration.minutes(1) };

/**
 * Releases through a deployed pipeline and expects its chaos stage to pass.
 */
export function releaseAndExpectPass(test: IntegTest, pipeline: codepipeline.IPipeline, stageName: string) {
  // a new pipeline starts by itself: let that release end first, so that no deployment meets the experiment
  const quiet = test.assertions
    .awsApiCall('codepipeline', 'listPipelineExecutions', { pipelineName: pipeline.pipelineName, maxResults: 1 })
    .expect(ExpectedResult.objectLike({ pipelineExecutionSummaries: [{ status: Match.stringLikeRegexp('^(Succeeded|Failed|Stopped)$') }] }))
    .waitForAssertions(WAIT);

  const release = test.assertions.awsApiCall('codepipeline', 'startPipelineExecution', { name: pipeline.pipelineName });

  const chaos = test.assertions
    .awsApiCall('codepipeline', 'listActionExecutions', {
      pipelineName: pipeline.pipelineName,
      filter: { pipelineExecutionId: release.getAttString('pipelineExecutionId') },
    })
    .expect(ExpectedResult.objectLike({
      actionExecutionDetails: Match.arrayWith([Match.objectLike({ stageName, status: 'Succeeded' })]),
    }))
    .waitForAssertions(WAIT);

  quiet.next(release).next(chaos);

  // the functions behind these calls ask for a Node.js that Lambda has retired
  Aspects.of(test).add({
    visit: (node) => {
      if (CfnResource.isCfnResource(node) && node.cfnResourceType === 'AWS::Lambda::Function') {
        node.addPropertyOverride('Runtime', 'nodejs22.x');
      }
    },
  });
}
