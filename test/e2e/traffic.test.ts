// What comes from outside, and who watches it, each on a stack of its own.
import "./sources";
import "./ingress";
import "./sample-app";
import "./alerts";
