/**
 * Draws the pictures of the documentation into docs/images/, from the synthesized template of the sample.
 */
import * as fs from 'fs';
import * as path from 'path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { pictures } from './pictures/pictures';
import { SampleStack } from '../integ/sample/sample-stack';

const directory = path.join(__dirname, 'images');
fs.mkdirSync(directory, { recursive: true });
for (const [file, svg] of Object.entries(pictures(Template.fromStack(new SampleStack(new App(), 'ChaosSample')).toJSON()))) {
  fs.writeFileSync(path.join(directory, file), svg);
  console.log(`docs/images/${file}`);
}
