"""Runs a Pulumi program in Python for the stand-in of the language host: as the SDK runs one that was given inline."""

import json
import os
import runpy
import sys

from pulumi.automation._server import LanguageServer
from pulumi.runtime.proto import language_pb2

request = language_pb2.RunRequest(
    organization=os.environ["PULUMI_ORGANIZATION"],
    project=os.environ["PULUMI_PROJECT"],
    stack=os.environ["PULUMI_STACK"],
    config=json.loads(os.environ["PULUMI_CONFIG"]),
    configSecretKeys=json.loads(os.environ["PULUMI_CONFIG_SECRET_KEYS"]),
    dryRun=os.environ["PULUMI_DRY_RUN"] == "true",
    parallel=int(os.environ["PULUMI_PARALLEL"]),
    monitor_address=os.environ["PULUMI_MONITOR"],
    args=[os.environ["PULUMI_ENGINE"]],
)
server = LanguageServer(lambda: runpy.run_path("__main__.py", run_name="__main__"))
sys.exit(server.Run(request, None).error or 0)
