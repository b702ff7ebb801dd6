/**
 * Checks all sample apps with cdk-nag: `main.ts <copy of the project>`.
 */
import { readdirSync } from 'fs';
import { join } from 'path';
import { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { EXPLANATIONS } from './explanations';
import { Finding, findingsBelow } from './findings';

const project = process.argv[2];
const { ChaosExperiment } = require(join(project, 'src'));
const findings: Finding[] = [];

// A sample app is a program: it makes its App, which is synthesized when the program has come to its end.
const synth = App.prototype.synth;
App.prototype.synth = function (options) {
  const assembly = synth.call(this, options);
  const checked = this.node.children.filter((child) => !(child instanceof IntegTest));
  checked.forEach((child) => findings.push(...findingsBelow(child, ofLibrary)));
  return assembly;
};

function ofLibrary(construct: IConstruct): boolean {
  return construct.node.scopes.some((scope) => scope instanceof ChaosExperiment);
}

const samples = readdirSync(join(project, 'integ')).filter((file) => /^integ\..+\.ts$/.test(file));
for (const sample of samples) {
  process.env.CDK_OUTDIR = join(project, 'cdk.out', sample);
  require(join(project, 'integ', sample));
}

process.once('beforeExit', () => {
  const text = ({ at, finding }: Finding) => `${at}: ${finding}`;
  const found = new Set(findings.map(text));
  const explained = new Set(EXPLANATIONS.flatMap((explanation) =>
    explanation.at.flatMap((at) => explanation.findings.map((finding) => text({ at, finding })))));
  const unexplained = [...found].filter((finding) => !explained.has(finding));
  const problems = [
    ...unexplained.map((finding) => `not explained: ${finding}`),
    ...[...explained].filter((finding) => !found.has(finding)).map((finding) => `explained, but not found: ${finding}`),
  ];
  problems.sort().forEach((problem) => console.error(problem));
  console.log(`explained findings in ${samples.length} sample apps: ${found.size - unexplained.length} passed, ${problems.length} failed`);
  process.exitCode = problems.length > 0 ? 1 : 0;
});
