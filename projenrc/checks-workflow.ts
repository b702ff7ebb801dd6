import type { awscdk } from 'projen';
import { github } from 'projen';

/** Adds a workflow that runs `.ci/run` for each pull request: all checks that are not part of the build. */
export function addChecksWorkflow(project: awscdk.AwsCdkConstructLibrary, nodeVersion: string): void {
  const workflow = project.github!.addWorkflow('checks');
  workflow.on({ pullRequest: {}, workflowDispatch: {} });
  workflow.addJob('checks', {
    runsOn: ['ubuntu-latest'],
    permissions: { contents: github.workflows.JobPermission.READ },
    tools: {
      node: { version: nodeVersion },
      python: { version: '3.x' },
      java: { version: '17' },
    },
    steps: [
      github.WorkflowSteps.checkout(),
      { name: 'Run all checks', run: '.ci/run' },
    ],
  });
}
