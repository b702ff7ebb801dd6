/** What the reader of an example has already, by the name under which the example declares it. */
const GIVEN: { [name: string]: string } = {
  pipeline: `new codepipeline.Pipeline(this, 'Pipeline', {
    pipelineType: codepipeline.PipelineType.V2,
    stages: [{
      stageName: 'Source',
      actions: [new actions.S3SourceAction({
        actionName: 'Source', bucket: new s3.Bucket(this, 'Bucket'), bucketKey: 'app.zip', output: new codepipeline.Artifact(),
      })],
    }],
  })`,
  staging: "pipeline.addStage({ stageName: 'Staging', actions: [new actions.ManualApprovalAction({ actionName: 'Deploy' })] })",
  asg: `new autoscaling.AutoScalingGroup(this, 'Web', {
    vpc: new ec2.Vpc(this, 'Vpc'), instanceType: new ec2.InstanceType('t3.micro'), machineImage: ec2.MachineImage.latestAmazonLinux2023(),
  })`,
  database: `new rds.DatabaseInstance(this, 'Database', {
    vpc: new ec2.Vpc(this, 'DatabaseVpc'), engine: rds.DatabaseInstanceEngine.MYSQL, multiAz: true,
  })`,
  tooManyErrors: "alarmOn(this, 'TooManyErrors')",
  tooSlow: "alarmOn(this, 'TooSlow')",
};

const IMPORTS = `import { App, Duration, Stack } from 'aws-cdk-lib';
import * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
`;

/** The first example of a page. */
export function firstExample(markdown: string): string {
  const [, example] = /^```ts\n(.*?)^```/ms.exec(markdown) ?? [];
  if (example === undefined) { throw new Error('there is no example'); }
  return example;
}

/** An app whose one stack holds what an example declares, of the type that it says, and then the example itself. */
export function inAnApp(example: string): string {
  const lines = example.split('\n');
  const isImport = (line: string) => line.startsWith('import ');
  return `${IMPORTS}${lines.filter(isImport).join('\n')}

function alarmOn(scope: Construct, id: string): cloudwatch.Alarm {
  return new cloudwatch.Alarm(scope, id, {
    metric: new cloudwatch.Metric({ namespace: 'App', metricName: id }), threshold: 1, evaluationPeriods: 1,
  });
}

class AppStack extends Stack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
${lines.filter((line) => !isImport(line)).map(given).map((line) => `    ${line}`.trimEnd()).join('\n')}
  }
}

const app = new App();
new AppStack(app, 'App');
app.synth();
`;
}

function given(line: string): string {
  const [, name, type, comment] = /^declare const (\w+): ([\w.]+);(.*)$/.exec(line) ?? [];
  if (name === undefined) { return line; }
  if (GIVEN[name] === undefined) { throw new Error(`the example declares '${name}', which the app does not have: add it in ${__filename}`); }
  return `const ${name}: ${type} = ${GIVEN[name]};${comment}`;
}
