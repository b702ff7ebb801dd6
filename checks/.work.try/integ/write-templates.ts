/**
 * Synthesizes every sample app and writes its templates for linting: `write-templates.ts <directory>`.
 *
 * A state machine's definition is written as the literal that Step Functions will get, so that a linter can read it.
 */
import { spawnSync } from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import { resolveIntrinsics } from '../test/synthesized';

const directory = path.resolve(process.argv[2]);
const apps = fs.readdirSync(__dirname).filter((file) => /^integ\..+\.ts$/.test(file));

for (const app of apps) {
  const assembly = path.join(directory, 'assemblies', app);
  const run = spawnSync(process.execPath, [require.resolve('ts-node/dist/bin'), '--transpile-only', '--project', 'tsconfig.dev.json', path.join(__dirname, app)], {
    env: { ...process.env, CDK_OUTDIR: assembly },
    stdio: 'inherit',
  });
  if (run.status !== 0) { throw new Error(`${app} does not synthesize`); }

  for (const file of fs.readdirSync(assembly).filter((name) => name.endsWith('.template.json'))) {
    const template = JSON.parse(fs.readFileSync(path.join(assembly, file), 'utf8'));
    for (const resource of Object.values<any>(template.Resources)) {
      if (resource.Type === 'AWS::StepFunctions::StateMachine') {
        resource.Properties.DefinitionString = resolveIntrinsics(resource.Properties.DefinitionString, template);
      }
    }
    fs.writeFileSync(path.join(directory, `${path.basename(app, '.ts')}.${file.replace('.template', '')}`), JSON.stringify(template, undefined, 2));
  }
}
