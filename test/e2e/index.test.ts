// One process, one cluster, one stack: the order matters, since the last suite takes everything down.
import "./lifecycle";
import "./container";
import "./network";
import "./database";
import "./secrets";
import "./guardrails";
import "./operators";
import "./row-level-security";
import "./bad-settings";
import "./destroy";
