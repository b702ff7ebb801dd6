import { App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
const dir = process.argv[2];
const synth = App.prototype.synth;
App.prototype.synth = function (options) {
  const a = synth.call(this, options);
  for (const v of new AwsSolutionsChecks().validateScope(this).violations) for (const r of v.violatingResources) console.log(`${v.severity} ${v.ruleName} ${(r as any).constructPath} :: ${v.description}`);
  return a;
};
for (const f of ['integ.minimal.ts', 'integ.sample.ts']) { process.env.CDK_OUTDIR = `/tmp/nagtry/out.${f}`; require(`${dir}/integ/${f}`); }
