// The defences of one stack. One process: the order matters, since the last suite takes everything down.
import "./lifecycle";
import "./container";
import "./network";
import "./database";
import "./secrets";
import "./bad-settings";
import "./destroy";
