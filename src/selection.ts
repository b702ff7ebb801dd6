import { Token, Tokenization } from 'aws-cdk-lib';

/**
 * How many of the resources that match a target are hit: the blast radius.
 *
 * FIS chooses at random, once, before the first action starts.
 *
 * @example
 * declare const asg: autoscaling.AutoScalingGroup;
 * FaultTarget.instancesOf(asg, { selection: Selection.percent(25) });
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/targets.html
 */
export class Selection {
  /** Every resource that matches. */
  public static readonly ALL = new Selection({ mode: 'ALL', problems: [] });

  /**
   * A fixed number of the resources that match.
   *
   * @param resources How many, a whole number from 1
   */
  public static count(resources: number): Selection {
    return new Selection({ mode: `COUNT(${text(resources)})`, problems: checkWholeNumber('count', resources, 1) });
  }

  /**
   * A share of the resources that match, rounded down.
   *
   * If less than one resource is left, FIS finds no target: 50 percent of one instance is none.
   *
   * @param percentage How much, a whole number from 1 to 100
   */
  public static percent(percentage: number): Selection {
    return new Selection({ mode: `PERCENT(${text(percentage)})`, problems: checkWholeNumber('percent', percentage, 1, 100) });
  }

  /** @internal */
  public readonly _data: SelectionData;

  private constructor(data: SelectionData) {
    this._data = data;
  }
}

/** What a `Selection` holds. */
interface SelectionData {
  readonly mode: string;
  readonly problems: string[];
}

function text(value: number): string {
  return typeof value === 'number' ? Tokenization.stringifyNumber(value) : String(value);
}

function checkWholeNumber(name: string, value: number, min: number, max = Infinity): string[] {
  if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= min && value <= max)) { return []; }

  const wanted = max === Infinity ? `of ${min} or more` : `from ${min} to ${max}`;
  return [`'${name}' must be a whole number ${wanted}, got ${value}`];
}
