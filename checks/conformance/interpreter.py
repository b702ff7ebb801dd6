"""moto's interpreter of the Amazon States Language, on a virtual clock that another process holds.

Usage: interpreter.py HUB_PORT EVALUATOR...

Machines are created and started through the Step Functions API of moto's server, whose port is printed once it listens.
Everything that takes time asks the hub and goes on when the hub answers. Tasks call the hub too: it is all of AWS to them.
What is changed in moto, and why, stands in the functions at the end; nothing else of it is touched.
"""
import datetime
import functools
import json
import logging
import os
import subprocess
import sys
import threading
from types import SimpleNamespace

HUB_PORT = sys.argv[1]
os.environ["MOTO_PORT"] = HUB_PORT
os.environ["MOTO_ACCOUNT_ID"] = "111122223333"

import boto3  # noqa: E402
import urllib3  # noqa: E402
from botocore.config import Config  # noqa: E402
from botocore.exceptions import ClientError, HTTPClientError  # noqa: E402
from botocore.model import ListShape, MapShape, StructureShape  # noqa: E402
from botocore.validate import ParamValidator  # noqa: E402
from moto.core.config import default_user_config  # noqa: E402
from moto.server import ThreadedMotoServer  # noqa: E402
from moto.stepfunctions.parser import models  # noqa: E402
from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType, StateEnteredEventDetails  # noqa: E402
from moto.stepfunctions.parser.asl.component.common.assign.assign_decl_binding import AssignDeclBinding  # noqa: E402
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException  # noqa: E402
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName  # noqa: E402
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType  # noqa: E402
from moto.stepfunctions.parser.asl.component.common.retry import jitter_strategy_decl, retrier_decl  # noqa: E402
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata  # noqa: E402
from moto.stepfunctions.parser.asl.component.program import program  # noqa: E402
from moto.stepfunctions.parser.asl.component.state import state  # noqa: E402
from moto.stepfunctions.parser.asl.component.state.exec import execute_state  # noqa: E402
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_aws_sdk as aws_sdk  # noqa: E402
from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction  # noqa: E402
from moto.stepfunctions.parser.asl.eval import states, variable_store  # noqa: E402
from moto.stepfunctions.parser.asl.eval.event import event_manager  # noqa: E402
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails  # noqa: E402
from moto.stepfunctions.parser.asl.jsonata import jsonata  # noqa: E402
from moto.stepfunctions.parser.asl.parse.asl_parser import AmazonStateLanguageParser  # noqa: E402
from moto.stepfunctions.parser.backend import execution  # noqa: E402
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker  # noqa: E402

SERVICES = {"fis": "Fis", "cloudwatch": "CloudWatch", "sfn": "Sfn", "codepipeline": "CodePipeline"}


class Hub:
    """The other process: it holds the clock."""

    def __init__(self):
        self.pool = urllib3.PoolManager(maxsize=8)
        self.now = 0
        self.environments = {}

    def ask(self, env, kind, **body):
        """Waits, as long as it takes, for the answer to a question of this execution."""
        body = {"execution": execution_of(env), "kind": kind, **body}
        response = self.pool.request("POST", f"http://127.0.0.1:{HUB_PORT}/_hub", json=body, retries=False, timeout=None)
        answer = json.loads(response.data)
        self.note(env, answer["now"], answer.get("end"))
        return answer

    def note(self, env, now, end):
        self.now = float(now)
        if end == "TIMED_OUT":
            self.environments[execution_of(env)].set_timed_out()


hub = Hub()
local = threading.local()


def execution_of(env):
    return env.states.context_object.context_object_data["Execution"]["Id"]


class VirtualDatetime(datetime.datetime):
    """The time of the hub, written like java.time.Instant writes it, as Step Functions does: milliseconds are left out if there are none."""

    @classmethod
    def now(cls, tz=None):
        return cls(1970, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(milliseconds=int(hub.now))

    def isoformat(self, *args, **kwargs):
        milliseconds = self.microsecond // 1000
        return self.strftime("%Y-%m-%dT%H:%M:%S") + (f".{milliseconds:03}Z" if milliseconds else "Z")


class Evaluator:
    """JSONata: npm jsonata in a child process."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lock = threading.Lock()
        self.last = threading.local()

    def evaluate(self, expression):
        # after each evaluation moto asks for the type of the same expression, or whether it has a value
        last, answer = getattr(self.last, "evaluation", ("", {}))
        if expression == f"$type({last})":
            return answer["type"]
        if expression == f"$exists({last})":
            return "type" in answer

        with self.lock:
            self.process.stdin.write(json.dumps(expression) + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise jsonata.JSONataException("error", answer["error"])
        self.last.evaluation = (expression, answer)
        return answer.get("value")


class Clients:
    """One client for each service, which sends with each request what the hub must know of it."""

    def __init__(self):
        self.clients = {}

    def get(self, service, region):
        name = {"sfn": "stepfunctions"}.get(service, service)
        if name not in self.clients:
            client = boto3.client(
                name, region_name=region, endpoint_url=f"http://127.0.0.1:{HUB_PORT}", aws_access_key_id="ak", aws_secret_access_key="sk",
                config=Config(retries={"total_max_attempts": 1}, parameter_validation=False, read_timeout=None, max_pool_connections=50),
            )
            client.meta.events.register("before-call", lambda params, **_: params["headers"].update(local.headers))
            self.clients[name] = client
        return self.clients[name]


clients = Clients()


def pascal(name):
    """A member's name as Step Functions writes it."""
    return name[0].upper() + name[1:]


def to_boto(value, shape):
    """Arguments of a task as botocore wants them. What is unknown stays, for the validation to find."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        members = {pascal(name): (name, member) for name, member in shape.members.items()}
        return {members[key][0] if key in members else f"?{key}": to_boto(member, members[key][1] if key in members else None)
                for key, member in value.items()}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [to_boto(member, shape.member) for member in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: to_boto(member, shape.value) for key, member in value.items()}
    return value


def from_boto(value, shape):
    """An answer as Step Functions hands it on."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        return {pascal(key): from_boto(member, shape.members[key]) for key, member in value.items() if key in shape.members}
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [from_boto(member, shape.member) for member in value]
    if isinstance(shape, MapShape) and isinstance(value, dict):
        return {key: from_boto(member, shape.value) for key, member in value.items()}
    if isinstance(value, datetime.datetime):
        return VirtualDatetime.fromtimestamp(round(value.timestamp(), 3), datetime.timezone.utc).isoformat()
    return value


class AwsSdkTask:
    """Calls of tasks: the parameters are checked against the API model, and names and times are those of Step Functions in both directions."""

    @staticmethod
    def evaluate(self, env, resource_runtime_part, normalised_parameters, state_credentials):
        self.timeout.eval(env=env)
        timeout = env.stack.pop()
        service = SERVICES[self.resource.api_name]
        client = clients.get(self.resource.api_name, resource_runtime_part.region)
        operation = client.meta.service_model.operation_model(pascal(self.resource.api_action))
        parameters = to_boto(normalised_parameters, operation.input_shape)
        report = ParamValidator().validate(parameters, operation.input_shape)
        if report.has_errors():
            hub.ask(env, "problem", problem=f"{operation.name}: {report.generate_report()}")
            raise ValueError(report.generate_report())

        local.headers = {
            "x-execution": execution_of(env),
            "x-state": env.states.context_object.context_object_data["State"]["Name"],
            "x-timeout-seconds": str(timeout),
        }
        method = next(name for name, api in client.meta.method_to_api_mapping.items() if api == operation.name)
        try:
            response = getattr(client, method)(**parameters)
            AwsSdkTask.note(env, response)
        except ClientError as error:
            outcome = AwsSdkTask.note(env, error.response)
            if outcome == "late":
                raise TimeoutError() from error
            if outcome != "ended":
                raise
            response = {}  # the execution has ended: nobody looks at this any more
        except HTTPClientError as error:
            # moto makes States.Runtime of it; Step Functions reports that the SDK failed
            raise FailureEventException(self._get_task_failure_event(
                env=env, error=f"{service}.SdkClientException", cause="Unable to execute HTTP request")) from error
        response.pop("ResponseMetadata", None)
        env.stack.append(from_boto(response, operation.output_shape))

    @staticmethod
    def note(env, response):
        headers = response["ResponseMetadata"]["HTTPHeaders"]
        hub.note(env, headers["x-virtual-now"], headers.get("x-virtual-end"))
        return headers.get("x-outcome")


def attach_jsonata(evaluator):
    """moto comes without an evaluator, and calls a failed expression States.Runtime where Step Functions says States.QueryEvaluationError."""
    jsonata._eval_jsonata = evaluator.evaluate
    evaluate = StringJSONata._eval_body
    bind = AssignDeclBinding._eval_body

    def evaluate_body(self, env):
        try:
            evaluate(self, env)
        except jsonata.JSONataException as error:
            raise evaluation_failure(env, self.expression, f"threw an error during evaluation. {error.details}") from error
        except FailureEventException as failure:
            raise evaluation_failure(env, self.expression, "returned nothing (undefined).") from failure

    def bind_body(self, env):
        env.field_of_expression = f"Assign/{self.binding.identifier}"
        try:
            bind(self, env)
        finally:
            env.field_of_expression = None

    StringJSONata._eval_body = evaluate_body
    AssignDeclBinding._eval_body = bind_body

    # strings are pasted into the expression as they are: a quote in one of them breaks it
    def declarations(bindings):
        return "".join(f"{name}:={jsonata.to_json_str(value)};" for name, value in bindings.items())

    jsonata.encode_jsonata_variable_declarations = declarations
    states.encode_jsonata_variable_declarations = declarations
    variable_store.encode_jsonata_variable_declarations = declarations


def evaluation_failure(env, expression, what):
    name = StatesErrorName(typ=StatesErrorNameType.StatesQueryEvaluationError)
    field = getattr(env, "field_of_expression", None) or env.next_field_name
    cause = f"The JSONata expression '{expression.strip()}' specified for the field '{field}' {what}"
    return FailureEventException(FailureEvent(
        env=env, error_name=name, event_type=HistoryEventType.EvaluationFailed,
        event_details=EventDetails(evaluationFailedEventDetails=EvaluationFailedEventDetails(cause=cause, error=name.error_name)),
    ))


def use_virtual_time():
    """Waits, pauses before a retry, jitter, timeouts and every look at the clock are those of the hub."""
    virtual = SimpleNamespace(datetime=VirtualDatetime, timezone=datetime.timezone, timedelta=datetime.timedelta)
    for module in (state, models, execution, event_manager):
        module.datetime = virtual

    WaitFunction._wait_interval = lambda self, env, wait_seconds: hub.ask(env, "sleep", seconds=wait_seconds)

    retry = retrier_decl.RetrierDecl._eval_body

    def retry_body(self, env):
        local.env = env
        retry(self, env)

    retrier_decl.RetrierDecl._eval_body = retry_body
    retrier_decl.time = SimpleNamespace(sleep=lambda seconds: hub.ask(local.env, "sleep", seconds=seconds))
    jitter_strategy_decl.random = SimpleNamespace(uniform=lambda low, high: low + hub.ask(local.env, "random")["value"] * (high - low))

    # The hub says when a task or an execution has taken too long; in real time there is no hurry.
    class Event(threading.Event):
        def wait(self, timeout=None):
            return super().wait()

    class Thread(threading.Thread):
        def join(self, timeout=None):
            super().join()

    execute_state.threading = SimpleNamespace(Event=Event)
    program.threading = SimpleNamespace(Thread=Thread)


def parse_once():
    """A definition is parsed when a machine is created and once more for each execution, which takes long; nothing of a run stays in what comes of it."""
    parse = functools.lru_cache(maxsize=None)(AmazonStateLanguageParser.parse)
    AmazonStateLanguageParser.parse = staticmethod(parse)


def tell_of_states():
    """The hub hears of the beginning, of every state that is entered, and of the end; it can end an execution there."""
    common = state.CommonStateField
    evaluate = common._eval_body

    def evaluate_body(self, env):
        if hub.ask(env, "state", name=self.name).get("end"):
            env.event_manager.add_event(
                context=env.event_history_context, event_type=self.state_entered_event_type,
                event_details=EventDetails(stateEnteredEventDetails=StateEnteredEventDetails(name=self.name)),
            )
            return
        evaluate(self, env)

    common._eval_body = evaluate_body

    make_environment = ExecutionWorker._get_evaluation_environment

    def get_environment(self):
        env = make_environment(self)
        hub.environments[execution_of(env)] = env
        hub.ask(env, "begin")
        env.states.context_object.context_object_data["Execution"]["StartTime"] = VirtualDatetime.now().isoformat()
        return env

    ExecutionWorker._get_evaluation_environment = get_environment

    terminated = execution.BaseExecutionWorkerCommunication.terminated

    def tell(self):
        terminated(self)
        hub.ask(self.execution.exec_worker.env, "ended")

    execution.BaseExecutionWorkerCommunication.terminated = tell


def main():
    logging.disable(logging.CRITICAL)
    default_user_config["stepfunctions"] = {"execute_state_machine": True}
    aws_sdk._SERVICE_ERROR_NAMES.update(SERVICES)
    aws_sdk.StateTaskServiceAwsSdk._eval_service_task = AwsSdkTask.evaluate
    attach_jsonata(Evaluator(sys.argv[2:]))
    use_virtual_time()
    parse_once()
    tell_of_states()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    print(json.dumps({"port": server.get_host_and_port()[1]}), flush=True)
    sys.stdin.read()  # until the hub is gone
    os._exit(0)


main()
