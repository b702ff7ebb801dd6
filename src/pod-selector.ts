/**
 * Which pods of a Kubernetes namespace a target means.
 *
 * @example
 * declare const cluster: eks.Cluster;
 * FaultTarget.pods(cluster, PodSelector.labelSelector('app=web'), { namespace: 'shop', selection: Selection.count(1) });
 *
 * @see https://docs.aws.amazon.com/fis/latest/userguide/targets.html#target-parameters
 */
export class PodSelector {
  /**
   * The pods with certain labels.
   *
   * Whether FIS takes a selector of several labels is unverified: the model of its API forbids commas, exclamation marks and parentheses.
   *
   * @param selector A label selector as Kubernetes writes it, for example `app=web`, 1 to 1024 characters
   */
  public static labelSelector(selector: string): PodSelector {
    return new PodSelector('labelSelector', selector);
  }

  /**
   * The pods of a deployment.
   *
   * @param name The name of the deployment
   */
  public static deploymentName(name: string): PodSelector {
    return new PodSelector('deploymentName', name);
  }

  /**
   * A single pod.
   *
   * @param name The name of the pod
   */
  public static podName(name: string): PodSelector {
    return new PodSelector('podName', name);
  }

  /** @internal */
  public readonly _data: { readonly selectorType: string; readonly selectorValue: string };

  private constructor(selectorType: string, selectorValue: string) {
    this._data = { selectorType, selectorValue };
  }
}
