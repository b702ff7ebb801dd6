/**
 * The wire protocols of AWS (rest-json and awsJson), based on botocore's API models. Converts what a client sends to a request with the names
 * that Step Functions uses, and an answer to what the client reads. Anything that does not match the model is a problem.
 */
import { readFileSync, readdirSync } from 'fs';
import { join } from 'path';
import { gunzipSync } from 'zlib';
import { TaskError } from '../../simulator/errors';
import { isObject } from '../../simulator/requests';

export interface WireRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly body: string;
}

export interface WireAnswer {
  /** 0 for a broken connection. */
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** A call, and its problems. Names are as in Step Functions: `fis:getExperiment`, members in PascalCase. */
export interface ApiCall {
  readonly operation: string;
  readonly arguments: any;
  readonly problems: readonly string[];
}

/** The services that the machines call: their names in Step Functions, in botocore, and in error names. */
const SERVICES = [
  { prefix: 'fis', model: 'fis', errors: 'Fis' },
  { prefix: 'cloudwatch', model: 'cloudwatch', errors: 'CloudWatch' },
  { prefix: 'sfn', model: 'stepfunctions', errors: 'Sfn' },
  { prefix: 'codepipeline', model: 'codepipeline', errors: 'CodePipeline' },
];

/** Error codes that no model contains, by HTTP status. */
const UNMODELLED: { readonly [status: number]: string } = { 403: 'AccessDeniedException', 429: 'ThrottlingException' };

export class ApiModels {
  private readonly models: ServiceModel[];

  /** `botocore` is the directory of the package. */
  constructor(botocore: string) {
    this.models = SERVICES.map(({ prefix, model, errors }) => new ServiceModel(join(botocore, 'data', model), prefix, errors));
  }

  public decode(request: WireRequest): ApiCall {
    for (const model of this.models) {
      const call = model.decode(request);
      if (call) { return call; }
    }
    throw new Error(`no API model knows ${request.method} ${request.url} ${request.headers['x-amz-target'] ?? ''}`);
  }

  /** Adds what is wrong with an answer to `problems`, and converts the answer as far as possible. */
  public encode(operation: string, answer: unknown, problems: string[]): WireAnswer {
    return this.modelOf(operation).encode(operation, answer, problems);
  }

  public encodeError(operation: string, error: TaskError, problems: string[]): WireAnswer {
    return this.modelOf(operation).encodeError(operation, error, problems);
  }

  /** Whether an operation can fail with this error. */
  public knowsError(operation: string, error: string): boolean {
    return operation !== '*' && this.modelOf(operation).knowsError(operation, error);
  }

  private modelOf(operation: string): ServiceModel {
    return this.models.find(({ prefix }) => operation.startsWith(`${prefix}:`))!;
  }
}

class ServiceModel {
  private readonly metadata: any;
  private readonly operations: { readonly [name: string]: any };
  private readonly shapes: { readonly [name: string]: any };

  constructor(directory: string, public readonly prefix: string, private readonly errorPrefix: string) {
    const version = readdirSync(directory).sort().at(-1)!;
    const model = JSON.parse(gunzipSync(readFileSync(join(directory, version, 'service-2.json.gz'))).toString());
    this.metadata = model.metadata;
    this.operations = model.operations;
    this.shapes = model.shapes;
  }

  public decode(request: WireRequest): ApiCall | undefined {
    return this.metadata.protocol === 'rest-json' ? this.decodeRest(request) : this.decodeTarget(request);
  }

  public encode(operation: string, answer: unknown, problems: string[]): WireAnswer {
    const { output } = this.operations[pascal(operation.split(':')[1])];
    const body = output ? this.toWire(answer, output.shape, operation, problems) : answer;
    return { status: 200, headers: {}, body: JSON.stringify(body) ?? '' };
  }

  public encodeError(operation: string, { error, cause }: TaskError, problems: string[]): WireAnswer {
    const detail = / \(Service: \w+, Status Code: (\d+), Request ID: ([^)]*)\)$/.exec(cause);
    const message = detail ? cause.slice(0, detail.index) : cause;
    const unmodelled = error === `${this.errorPrefix}.${this.errorPrefix}Exception`;
    const status = Number(detail?.[1] ?? 400);
    const code = unmodelled ? UNMODELLED[status] ?? 'InternalFailure' : this.errorCode(operation, error, problems);
    return {
      status,
      headers: { 'x-amzn-errortype': code, 'x-amzn-requestid': detail?.[2] ?? '00000000-0000-0000-0000-000000000000' },
      body: JSON.stringify({ __type: code, message }),
    };
  }

  public knowsError(operation: string, error: string): boolean {
    return this.errorShape(operation, error) !== undefined;
  }

  private errorCode(operation: string, error: string, problems: string[]): string {
    const shape = this.errorShape(operation, error);
    if (shape) { return this.shapes[shape].error?.code ?? shape; }
    problems.push(`${operation} fails with '${error}', which its model does not contain`);
    return error.slice(this.errorPrefix.length + 1);
  }

  /** Step Functions names an error after its service and its shape, and always adds `Exception`. */
  private errorShape(operation: string, error: string): string | undefined {
    const errors: any[] = this.operations[pascal(operation.split(':')[1])].errors ?? [];
    return errors.map(({ shape }) => shape).find((shape) => error === `${this.errorPrefix}.${shape.replace(/(Exception)?$/, 'Exception')}`);
  }

  private decodeRest({ method, url, body }: WireRequest): ApiCall | undefined {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    for (const { name, http, input } of Object.values(this.operations)) {
      const names = [...http.requestUri.matchAll(/\{(\w+)\}/g)].map(([, member]) => member);
      const match = new RegExp(`^${http.requestUri.replace(/\{\w+\}/g, '([^/]+)')}$`).exec(pathname);
      if (http.method !== method || !match) { continue; }
      const parsed = body ? JSON.parse(body) : {};
      const wire: any = {};
      for (const [member, { location, locationName = member }] of Object.entries<any>(this.shapes[input.shape].members)) {
        const text = location === 'uri' ? decodeURIComponent(match[1 + names.indexOf(locationName)])
          : location === 'querystring' ? searchParams.get(locationName) ?? undefined
            : undefined;
        const value = location ? text && this.fromText(text, this.shapes[input.shape].members[member].shape) : parsed[locationName];
        if (value !== undefined) { wire[locationName] = value; }
      }
      return this.call(name, wire, input);
    }
    return undefined;
  }

  private decodeTarget({ headers, body }: WireRequest): ApiCall | undefined {
    const [service, name] = String(headers['x-amz-target'] ?? '').split('.');
    if (service !== this.metadata.targetPrefix) { return undefined; }
    return this.call(name, JSON.parse(body), this.operations[name].input);
  }

  private call(name: string, wire: any, input: any): ApiCall {
    const problems: string[] = [];
    const args = this.fromWire(wire, input.shape, name, problems);
    return { operation: `${this.prefix}:${name[0].toLowerCase()}${name.slice(1)}`, arguments: args, problems };
  }

  private fromText(text: string, shapeName: string): unknown {
    return ['integer', 'long'].includes(this.shapes[shapeName].type) ? Number(text) : text;
  }

  /** A value with the names of Step Functions. botocore has checked names and types, but not lengths, ranges, patterns and sets. */
  private fromWire(value: any, shapeName: string, path: string, problems: string[]): any {
    const shape = this.shapes[shapeName];
    const wrong = (what: string) => problems.push(`the parameter ${path} ${what}`);
    switch (shape.type) {
      case 'structure': {
        const members = Object.entries<any>(shape.members).map(([member, { shape: of, locationName = member }]) => ({ member, of, locationName }));
        return Object.fromEntries(Object.entries(value).map(([key, part]) => {
          const { member, of } = members.find(({ locationName }) => locationName === key)!;
          return [pascal(member), this.fromWire(part, of, `${path}.${pascal(member)}`, problems)];
        }));
      }
      case 'list':
        checkSize(value.length, 'elements', shape, wrong);
        return value.map((part: any, i: number) => this.fromWire(part, shape.member.shape, `${path}[${i}]`, problems));
      case 'map':
        checkSize(Object.keys(value).length, 'entries', shape, wrong);
        return Object.fromEntries(Object.entries(value).map(([key, part]) => {
          checkText(key, this.shapes[shape.key.shape], wrong);
          return [key, this.fromWire(part, shape.value.shape, `${path}.${key}`, problems)];
        }));
      case 'timestamp': return typeof value === 'number' ? new Date(value * 1000).toISOString() : value;
      case 'string': return checkText(value, shape, wrong);
      case 'integer': return checkSize(value, 'as value', shape, wrong);
      default: return value;
    }
  }

  /** A value as it is on the wire. Unknown members are not changed, except for the case of the first letter, which depends on the service. */
  private toWire(value: any, shapeName: string, path: string, problems: string[]): any {
    const shape = this.shapes[shapeName];
    const wrong = (what: string) => {
      problems.push(`the answer's ${path} ${what}`);
      return value;
    };
    switch (shape.type) {
      case 'structure': {
        if (!isObject(value)) { return wrong('is no object'); }
        for (const member of shape.required ?? []) {
          if (value[pascal(member)] === undefined) { wrong(`has no ${pascal(member)}`); }
        }
        const members = new Map(Object.entries<any>(shape.members).map(([member, of]) => [pascal(member), { ...of, member }]));
        return Object.fromEntries(Object.entries(value).map(([key, part]) => {
          const known = members.get(key);
          if (!known) {
            wrong(`has an unknown member ${key}`);
            return [key, part];
          }
          return [known.locationName ?? known.member, this.toWire(part, known.shape, `${path}.${key}`, problems)];
        }));
      }
      case 'list':
        return Array.isArray(value) ? value.map((part, i) => this.toWire(part, shape.member.shape, `${path}[${i}]`, problems)) : wrong('is not a list');
      case 'map':
        if (!isObject(value)) { return wrong('is no map'); }
        return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, this.toWire(part, shape.value.shape, `${path}.${key}`, problems)]));
      case 'timestamp':
        return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? Date.parse(value) / 1000 : wrong('is no time');
      case 'boolean':
        return typeof value === 'boolean' ? value : wrong('is no boolean');
      case 'string':
        return typeof value === 'string' ? checkText(value, shape, wrong) : wrong('is no string');
      default:
        return typeof value === 'number' ? value : wrong('is no number');
    }
  }
}

function checkText(value: string, shape: any, wrong: (what: string) => unknown): string {
  if (shape.enum && !shape.enum.includes(value)) { wrong(`is '${value}', which is not one of ${shape.enum.join(', ')}`); }
  if (shape.pattern && !new RegExp(`^(?:${shape.pattern})$`, 's').test(value)) { wrong(`is '${value}', which does not match ${shape.pattern}`); }
  checkSize(value.length, 'characters', shape, wrong);
  return value;
}

function checkSize(size: number, of: string, { min = 0, max = Infinity }: any, wrong: (what: string) => unknown): number {
  if (size < min || size > max) { wrong(`has ${size} ${of}, allowed are ${min} to ${max}`); }
  return size;
}

function pascal(name: string): string {
  return name[0].toUpperCase() + name.slice(1);
}
