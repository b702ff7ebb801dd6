/**
 * Synthesizes every sample app, and experiment templates with every action, and writes the templates for linting: `main.ts <directory>`.
 *
 * A state machine's definition is written as the literal that Step Functions will get, so that a linter can read it.
 */
import * as fs from 'fs';
import * as path from 'path';
import { APPS, synthesize } from './synthesize';
import { resolveIntrinsics } from '../../simulator/synthesized';
import { everyAction } from '../../test/support/every-action';

const directory = path.resolve(process.argv[2]);

for (const app of APPS) {
  for (const [file, template] of Object.entries(synthesize(app, path.join(directory, 'assemblies', app)))) {
    // The CDK deploys nothing for a stack without resources.
    if (!template.Resources) { continue; }
    for (const resource of Object.values<any>(template.Resources)) {
      if (resource.Type === 'AWS::StepFunctions::StateMachine') {
        resource.Properties.DefinitionString = resolveIntrinsics(resource.Properties.DefinitionString, template);
      }
    }
    const name = `${path.basename(app, '.ts')}.${file.replace('.template', '').replaceAll(path.sep, '.')}`;
    fs.writeFileSync(path.join(directory, name), JSON.stringify(template, undefined, 2));
  }
}

for (const { stackName, template } of everyAction().synth().stacks) {
  fs.writeFileSync(path.join(directory, `actions.${stackName}.json`), JSON.stringify(template, undefined, 2));
}
