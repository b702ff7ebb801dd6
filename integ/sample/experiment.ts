import { Duration } from 'aws-cdk-lib';
import { Workload } from './workload';
import { Experiment, FaultAction, FaultTarget, Selection } from '../../src';

/**
 * One fault after the other, each followed by time to see what it does: about 12 minutes.
 */
export function experimentOn(workload: Workload): Experiment {
  const webServers = workload.autoScalingGroup;

  const latency = FaultAction.ssmNetworkLatency(
    FaultTarget.instancesOf(webServers, { selection: Selection.percent(50) }),
    { duration: Duration.minutes(3), delay: Duration.millis(200), networkInterface: 'ens5' },
  );
  // A reboot and not a stop: an Auto Scaling group replaces an instance that has stopped.
  const reboot = FaultAction.ec2RebootInstances(
    FaultTarget.instancesOf(webServers, { selection: Selection.count(1) }),
    { startAfter: [latency] },
  );
  // A reboot takes no time in the eyes of FIS. The wait keeps the experiment, and so its alarms, alive.
  const watchReboot = FaultAction.fisWait({ duration: Duration.minutes(3), startAfter: [reboot] });
  const failover = FaultAction.rdsRebootDbInstances(
    FaultTarget.databaseInstances([workload.database]),
    { forceFailover: true, startAfter: [watchReboot] },
  );
  const watchFailover = FaultAction.fisWait({ duration: Duration.minutes(4), startAfter: [failover] });

  return Experiment.define({
    description: 'The web tier withstands 200 ms of latency, the loss of an instance and a failover of its database',
    actions: { latency, reboot, watchReboot, failover, watchFailover },
  });
}
